using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class IcmpErrorTest
{
    private const uint Sender = 0x0A000002, Receiver = 0x0A010001;

    private static readonly IpAddress s_gateway = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress s_gateway6 = IpAddress.Parse("2001:db8::1");
    private static readonly byte[] s_udp = Wire.Bytes("1f001f00 0010 0000 6b6f6b6f74696e79");

    private static byte[] Packet => Made.Ipv4(IpProtocol.Udp, Sender, Receiver, s_udp);

    private static byte[] PacketIpv6 => Made.Ipv6(IpProtocol.Udp, "2001:db8::2", "2001:db8:1::1", s_udp);

    [Test]
    public void OfExceededTimeQuotesThePacket()
    {
        byte[] error = Written(room => IcmpError.WriteTimeExceeded(room, Packet, s_gateway), 20 + 8 + 36);

        Assert.That(error[20..], Is.EqualTo(Made.Icmp(IcmpType.TimeExceeded, 0, "00000000" + Convert.ToHexString(Packet))));
        Assert.That(Layer<Ipv4Header>.TryRead(error, out Layer<Ipv4Header> ip), Is.True);
        Assert.That(ip.Header.HasRightChecksum(), Is.True);
        Assert.That((uint)ip.Header.Source, Is.EqualTo(s_gateway.Ipv4));
        Assert.That((uint)ip.Header.Destination, Is.EqualTo(Sender));
        Assert.That(ip.Header is { Ttl: 64, Protocol: IpProtocol.Icmp, IsFragment: false }, Is.True);
    }

    [Test]
    public void OfExceededTimeQuotesThePacketOverIpv6()
    {
        byte[] error = Written(room => IcmpError.WriteTimeExceeded(room, PacketIpv6, s_gateway6), 40 + 8 + 56);

        Assert.That(error, Is.EqualTo(Made.Ipv6(IpProtocol.Icmpv6, "2001:db8::1", "2001:db8::2",
            Made.Icmpv6(Icmpv6Type.TimeExceeded, 0, "00000000" + Convert.ToHexString(PacketIpv6), "2001:db8::1", "2001:db8::2"))));
    }

    [Test]
    public void OfATooBigPacketTellsTheMtuAndQuotesUpTo576Bytes()
    {
        byte[] packet = Made.Ipv4(IpProtocol.Udp, Sender, Receiver, new byte[1480]);
        byte[] error = Written(room => IcmpError.WritePacketTooBig(room, packet, s_gateway, 1450), 576);

        Assert.That(error[20..], Is.EqualTo(Made.Icmp(3, 4, "000005aa" + Convert.ToHexString(packet[..548]))));
    }

    [Test]
    public void OfATooBigPacketTellsTheMtuAndQuotesUpTo1280BytesOverIpv6()
    {
        byte[] packet = Made.Ipv6(IpProtocol.Udp, "2001:db8::2", "2001:db8:1::1", new byte[1460]);
        byte[] error = Written(room => IcmpError.WritePacketTooBig(room, packet, s_gateway6, 1450), 1280);

        Assert.That(error[40..], Is.EqualTo(
            Made.Icmpv6(2, 0, "000005aa" + Convert.ToHexString(packet[..1232]), "2001:db8::1", "2001:db8::2")));
    }

    [Test]
    public void OfAProhibitedPacketIsAnUnreachable()
    {
        Assert.That(Written(room => IcmpError.WriteProhibited(room, Packet, s_gateway), 64)[20..22], Is.EqualTo(new byte[] { 3, 13 }));
        Assert.That(Written(room => IcmpError.WriteProhibited(room, PacketIpv6, s_gateway6), 104)[40..42], Is.EqualTo(new byte[] { 1, 1 }));
    }

    [Test]
    public void OfAnUnreachablePortQuotesThePacket() =>
        Assert.That(Written(room => IcmpError.WritePortUnreachable(room, Packet, s_gateway), 64), Is.EqualTo(Wire.Bytes(
            "45c0004000004000 4001 25fb 0a000001 0a000002 0303 052b 00000000", Convert.ToHexString(Packet))));

    [Test]
    public void OfAnUnreachablePortQuotesThePacketOverIpv6() =>
        Assert.That(Written(room => IcmpError.WritePortUnreachable(room, PacketIpv6, s_gateway6), 104), Is.EqualTo(Wire.Bytes(
            "6000000000403a40 20010db8000000000000000000000001 20010db8000000000000000000000002 0104 de73 00000000", Convert.ToHexString(PacketIpv6))));

    [Test]
    public void DoesNotQuoteTheLinksPadding()
    {
        byte[] padded = [.. Packet, .. new byte[10]];
        Written(room => IcmpError.WriteTimeExceeded(room, padded, s_gateway), 20 + 8 + 36);
    }

    [Test]
    public void MayBeSentAboutOrdinaryPacketsAndEchoes()
    {
        Assert.That(IcmpError.MayBeSentAbout(Packet), Is.True);
        Assert.That(IcmpError.MayBeSentAbout(PacketIpv6), Is.True);
        Assert.That(IcmpError.MayBeSentAbout(Made.Ipv4(IpProtocol.Icmp, Sender, Receiver, Made.Icmp(IcmpType.Echo, 0, "00000000"))), Is.True);
        Assert.That(IcmpError.MayBeSentAbout(Made.Ipv6(IpProtocol.Icmpv6, "::2", "::3", Wire.Bytes("8000000000000000"))), Is.True);
        Assert.That(IcmpError.MayBeSentAbout(Made.Ipv4(IpProtocol.Udp, Sender, Receiver, s_udp, Ipv4Header.MoreFragments)), Is.True, "first fragment");
        Assert.That(IcmpError.MayBeSentAbout(PacketIpv6.AsSpan(0, 48)), Is.True, "the head of a chain");
    }

    [Test]
    public void IsNeverAboutAnError([Values(3, 4, 5, 11, 12)] byte type) =>
        IsNotAbout(Made.Ipv4(IpProtocol.Icmp, Sender, Receiver, Made.Icmp(type, 0, "00000000")));

    [Test]
    public void IsNeverAboutAnErrorOverIpv6([Values(1, 2, 3, 4, 127, 137)] byte type)
    {
        byte[] error = [type, 0, 0, 0, 0, 0, 0, 0];
        IsNotAbout(Made.Ipv6(IpProtocol.Icmpv6, "::2", "::3", error));
        IsNotAbout(Made.Ipv6(IpProtocol.DestinationOptions, "::2", "::3", [IpProtocol.Icmpv6, 0, 0, 0, 0, 0, 0, 0, .. error]));
    }

    [Test]
    public void IsNeverAboutAMessageWhoseTypeIsCutOff()
    {
        IsNotAbout(Made.Ipv4(IpProtocol.Icmp, Sender, Receiver, []));
        IsNotAbout(Made.Ipv6(IpProtocol.Icmpv6, "::2", "::3", []));
        IsNotAbout(Packet[..19]);
        IsNotAbout(PacketIpv6[..39]);
    }

    [Test]
    public void IsNeverAboutALaterFragment()
    {
        IsNotAbout(Made.Ipv4(IpProtocol.Udp, Sender, Receiver, s_udp, 1));
        IsNotAbout(Made.Ipv6(IpProtocol.Fragment, "::2", "::3", Wire.Bytes("1100000800000000", "cafe")));
    }

    [TestCase(Sender, 0xE0000005u, TestName = "IsNeverAboutAMulticast")]
    [TestCase(Sender, 0xFFFFFFFFu, TestName = "IsNeverAboutABroadcast")]
    [TestCase(0u, Receiver, TestName = "IsNeverToNobody")]
    [TestCase(0x7F000001u, Receiver, TestName = "IsNeverToALoopbackAddress")]
    [TestCase(0xE0000005u, Receiver, TestName = "IsNeverToAGroup")]
    public void IsNever(uint source, uint destination) => IsNotAbout(Made.Ipv4(IpProtocol.Udp, source, destination, s_udp));

    [TestCase("::2", "ff02::1", TestName = "IsNeverAboutAMulticastOverIpv6")]
    [TestCase("::", "::3", TestName = "IsNeverToNobodyOverIpv6")]
    [TestCase("ff02::1", "::3", TestName = "IsNeverToAGroupOverIpv6")]
    public void IsNeverOverIpv6(string source, string destination) => IsNotAbout(Made.Ipv6(IpProtocol.Udp, source, destination, s_udp));

    [Test]
    public void IsNeverAboutAPacketOfNoIpVersion([Values(0, 5, 15)] int version) => IsNotAbout(Packet.With(0, (byte)(version << 4 | 5)));

    private static void IsNotAbout(byte[] packet) => Assert.That(IcmpError.MayBeSentAbout(packet), Is.False);

    private delegate int Writer(Span<byte> room);

    private static byte[] Written(Writer write, int length)
    {
        PoisonedBuffer buffer = new(8, length, 8);

        Assert.That(write(buffer.Room), Is.EqualTo(length));
        Assert.That(buffer.IsUntouchedAround, Is.True);
        return buffer.Room.ToArray();
    }
}

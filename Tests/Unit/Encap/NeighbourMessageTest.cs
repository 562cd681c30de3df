using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class NeighbourMessageTest
{
    private static readonly MacAddress s_mac = MacAddress.Parse("02:5a:1f:c0:3e:f7");
    private static readonly IpAddress s_me = IpAddress.Parse("2001:db8::a");
    private static readonly IpAddress s_target = IpAddress.Parse("2001:db8::1:2:3456");

    private static byte[] Solicitation => Made(room => NeighbourMessage.WriteSolicitation(room, s_mac, s_me, s_target));

    private static byte[] Advertisement => Made(
        room => NeighbourMessage.WriteAdvertisement(room, s_mac, s_me, s_target, NeighbourHeader.Solicited | NeighbourHeader.Override));

    [Test]
    public void OfASolicitationIsWrittenByteForByte() => Assert.That(Solicitation, Is.EqualTo(Wire.Bytes(
        "60000000 0020 3a ff 20010db800000000000000000000000a ff0200000000000000000001ff023456",
        "87 00 5460 00000000 20010db8000000000000000100023456",
        "01 01 025a1fc03ef7")));

    [Test]
    public void OfAnAdvertisementIsWrittenByteForByte() => Assert.That(Advertisement, Is.EqualTo(Wire.Bytes(
        "60000000 0020 3a ff 20010db800000000000000000000000a 20010db8000000000000000100023456",
        "88 00 f6f9 60000000 20010db800000000000000000000000a",
        "02 01 025a1fc03ef7")));

    [Test]
    public void OfASolicitationIsRead()
    {
        Assert.That(TryRead(Solicitation, out NeighbourMessage message), Is.True);
        Assert.That(message, Has.Property("IsSolicitation").True.And.Property("Source").EqualTo(s_me));
        Assert.That(message.Target, Is.EqualTo(s_target));
        Assert.That(message.Mac, Is.EqualTo(s_mac));
    }

    [Test]
    public void OfAnAdvertisementIsRead()
    {
        Assert.That(TryRead(Advertisement, out NeighbourMessage message), Is.True);
        Assert.That(message.IsSolicitation, Is.False);
        Assert.That(message.Target, Is.EqualTo(s_me));
        Assert.That(message.Mac, Is.EqualTo(s_mac));
        Assert.That(message.Flags, Is.EqualTo(NeighbourHeader.Solicited | NeighbourHeader.Override));
    }

    [Test]
    public void IsRejectedWhenTruncated()
    {
        byte[] whole = Solicitation;

        for (int cut = 0; cut < whole.Length - Ipv6Header.Size; cut++)
        {
            // The packet is that short, its checksum right: only the message is not whole.
            byte[] packet = WithRightChecksum(whole[..(Ipv6Header.Size + cut)].With(5, (byte)cut));
            Assert.That(TryRead(packet, out _), Is.EqualTo(cut == NeighbourHeader.Size), $"cut to {cut} bytes");
        }
    }

    [Test]
    public void IsRejectedWithAWrongChecksum() => Assert.That(TryRead(Solicitation.With(71, 0), out _), Is.False);

    [TestCase(7, 254, TestName = "IsRejectedWhenItWasForwarded")]
    [TestCase(41, 1, TestName = "IsRejectedWithAnotherCode")]
    [TestCase(40, 133, TestName = "IsRejectedOfAnotherType")]
    [TestCase(48, 0xFF, TestName = "IsRejectedForAMulticastTarget")]
    [TestCase(65, 0, TestName = "IsRejectedWithAnOptionOfNoLength")]
    [TestCase(65, 2, TestName = "IsRejectedWithAnOptionBeyondTheMessage")]
    public void IsRejected(int index, byte value) =>
        Assert.That(TryRead(WithRightChecksum(Solicitation.With(index, value)), out _), Is.False);

    [Test]
    public void OfDuplicateAddressDetectionIsReadWithoutAMacOnly()
    {
        byte[] probe = Made(room => NeighbourMessage.WriteSolicitation(room, s_mac, IpAddress.Parse("::"), s_target));

        Assert.That(TryRead(probe, out _), Is.False);
        Assert.That(TryRead(WithRightChecksum(probe[..64].With(5, 24)), out NeighbourMessage message), Is.True);
        Assert.That(message.Source.IsUnspecified, Is.True);
        Assert.That(message.Mac, Is.Null);
    }

    [Test]
    public void OfASolicitedAdvertisementToAllNodesIsRejected()
    {
        byte[] toAll = Made(room => NeighbourMessage.WriteAdvertisement(room, s_mac, s_me, IpAddress.Parse("ff02::1"), NeighbourHeader.Solicited));
        byte[] unsolicited = Made(room => NeighbourMessage.WriteAdvertisement(room, s_mac, s_me, IpAddress.Parse("ff02::1"), NeighbourHeader.Override));

        Assert.That(TryRead(toAll, out _), Is.False);
        Assert.That(TryRead(unsolicited, out _), Is.True);
    }

    [Test]
    public void GoesToTheSolicitedNodesMulticastMac()
    {
        IpAddress group = NeighbourMessage.SolicitedNode(s_target);

        Assert.That(group, Is.EqualTo(IpAddress.Parse("ff02::1:ff02:3456")));
        Assert.That(NeighbourMessage.MulticastMac(group), Is.EqualTo(MacAddress.Parse("33:33:ff:02:34:56")));
    }

    private delegate int Writer(Span<byte> room);

    private static byte[] Made(Writer write)
    {
        PoisonedBuffer buffer = new(8, 72, 8);

        Assert.That(write(buffer.Room), Is.EqualTo(72));
        Assert.That(buffer.IsUntouchedAround, Is.True);
        return buffer.Room.ToArray();
    }

    private static byte[] WithRightChecksum(byte[] packet)
    {
        if (packet.Length >= 44)
        {
            Layer<Ipv6Header>.TryRead(packet, out Layer<Ipv6Header> ip);
            packet.AsSpan(42, 2).Clear();
            ushort checksum = Checksum.Of(ip.Payload, Checksum.PseudoHeader(ip.Header.Source, ip.Header.Destination, IpProtocol.Icmpv6, ip.Payload.Length));
            (packet[42], packet[43]) = ((byte)(checksum >> 8), (byte)checksum);
        }

        return packet;
    }

    private static bool TryRead(byte[] packet, out NeighbourMessage message)
    {
        message = default;
        return Layer<Ipv6Header>.TryRead(packet, out Layer<Ipv6Header> ip) && NeighbourMessage.TryRead(in ip.Header, ip.Payload, out message);
    }
}

using System.Buffers.Binary;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class AddressTranslationTest
{
    private const string Payload = "6b6f6b6f74696e79";

    // 10.0.0.2 and fd00::2 with port 49152 or identifier 0x1234 become 192.0.2.9 and 2001:db8::9 with 1025. Summed up by another program.
    [TestCase(
        IpProtocol.Udp,
        "45000024000100004011 4692 0a000002 c6336401 c00000500010 5185",
        "45000024000100004011 8e8a c0000209 c6336401 040100500010 557d", TestName = "OfUdpIsThatOfOthers")]
    [TestCase(
        IpProtocol.Tcp,
        "45000030000100004006 4691 0a000002 c6336401 c000005001020304050607085018faf0 f676 0000",
        "45000030000100004006 8e89 c0000209 c6336401 0401005001020304050607085018faf0 fa6e 0000", TestName = "OfTcpIsThatOfOthers")]
    [TestCase(
        IpProtocol.Sctp,
        "45000028000100004084 461b 0a000002 c6336401 c0000050deadbeef 31fa94b4",
        "45000028000100004084 8e13 c0000209 c6336401 04010050deadbeef d40008e3", TestName = "OfSctpIsThatOfOthers")]
    [TestCase(
        IpProtocol.Icmp,
        "45000024000100004001 46a2 0a000002 c6336401 0800 2c09 1234 0001",
        "45000024000100004001 8e9a c0000209 c6336401 0800 3a3c 0401 0001", TestName = "OfAnEchoIsThatOfOthers")]
    public void OfIpv4IsThatOfOthers(byte protocol, string before, string after)
    {
        byte[] packet = Wire.Bytes(before, Payload);
        Translation translation = new(IpAddress.Parse("192.0.2.9"), IpAddress.Parse("198.51.100.1"), 0x0401_0050);

        Assert.That(AddressTranslation.Apply(packet, Ipv4Header.Size, protocol, in translation), Is.True);
        Assert.That(packet, Is.EqualTo(Wire.Bytes(after, Payload)));
    }

    [TestCase(
        IpProtocol.Tcp,
        "60000000001c0640",
        "c000005001020304050607085018faf0 ffef 0000",
        "0401005001020304050607085018faf0 8b30 0000", TestName = "OfTcpOverIpv6IsThatOfOthers")]
    [TestCase(
        IpProtocol.Icmpv6,
        "6000000000103a40",
        "8000 8900 1234 0001",
        "8000 6674 0401 0001", TestName = "OfAnEchoOverIpv6IsThatOfOthers")]
    public void OfIpv6IsThatOfOthers(byte protocol, string start, string before, string after)
    {
        const string inside = "fd000000000000000000000000000002", outside = "20010db8000000000000000000000009", server = "20010db8000100000000000000000001";
        byte[] packet = Wire.Bytes(start, inside, server, before, Payload);
        Translation translation = new(IpAddress.Parse("2001:db8::9"), IpAddress.Parse("2001:db8:1::1"), 0x0401_0050);

        Assert.That(AddressTranslation.Apply(packet, Ipv6Header.Size, protocol, in translation), Is.True);
        Assert.That(packet, Is.EqualTo(Wire.Bytes(start, outside, server, after, Payload)));
    }

    [Test]
    public void OfALaterFragmentIsThatOfItsAddresses()
    {
        FlowPacket packet = new(false, IpProtocol.Tcp, [], new byte[40]) { IsLaterFragment = true };
        Becomes(packet, s_before, s_after);
        Becomes(packet with { IsIpv6 = true, Between = Wire.Bytes("0600000800000000") }, s_before6, s_after6);
    }

    [Test]
    public void OfAProtocolWithoutPortsIsThatOfItsAddresses([Values(IpProtocol.Gre, IpProtocol.Esp, 255)] byte protocol)
    {
        Becomes(new FlowPacket(false, protocol, [], Wire.Bytes("c0000050")), s_before, s_after);
        Becomes(new FlowPacket(true, protocol, [], []), s_before6, s_after6);
    }

    [Test]
    public void OfMessagesWithoutAnIdentifierIsThatOfTheirAddresses([Values(3, 9, 13)] byte type, [Values(1, 133, 135, 137)] byte type6)
    {
        Becomes(new FlowPacket(false, IpProtocol.Icmp, [], [type, 0, .. new byte[18]]), s_before, s_after);
        Becomes(new FlowPacket(true, IpProtocol.Icmpv6, [], [type6, 0, .. new byte[18]]), s_before6, s_after6);
    }

    [Test]
    public void OfUdpWithoutAChecksumMakesNone()
    {
        FlowPacket packet = new(false, IpProtocol.Udp, [], new byte[20]) { HasNoChecksum = true };
        Becomes(packet, s_before, s_after);
        Becomes(packet with { IsIpv6 = true }, s_before6, s_after6);
    }

    [Test]
    public void OfUdpWhoseChecksumComesToZeroMakesOnes()
    {
        FlowPacket packet = new(false, IpProtocol.Udp, [], new byte[20]);

        // The identifying port is picked so that all words add up to ones.
        byte[] bytes = packet.Bytes(s_after with { Ports = 0 });
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(26));
        Translation after = s_after with { Ports = (uint)port << 16 };

        Assert.That(packet.Bytes(after)[26..28], Is.EqualTo(new byte[] { 0xFF, 0xFF }));
        Becomes(packet, s_before, after);
        Becomes(packet, after, s_before);
        Becomes(packet with { Protocol = IpProtocol.Tcp }, s_before, after);
    }

    [Test]
    public void OfAnEchoReplyOfZerosKeepsItsSumRight([Values(0, 1, 40)] int payload)
    {
        // The sum of nothing but zeros is 0 and its checksum ones; that of anything else can be zero.
        FlowPacket packet = new(false, IpProtocol.Icmp, [], new byte[4 + payload]);
        Translation zero = s_after with { Ports = 0 };

        Assert.That(packet.Bytes(zero)[22..24], Is.EqualTo(new byte[] { 0xFF, 0xFF }));
        Becomes(packet, s_before, zero);
        Becomes(packet, zero, s_before);
        Becomes(packet, zero, s_after with { Ports = 0 });
        Becomes(packet with { Rest = [0, 0, 0, 0, 0xFF, 0xFF] }, s_before, zero);
    }

    [TestCase(IpProtocol.Tcp, 16)]
    [TestCase(IpProtocol.Udp, 6)]
    public void OfAPartialChecksumIsThatOfAddressesAlone(byte protocol, int checksum)
    {
        FlowPacket packet = new(false, protocol, [], new byte[40]) { IsChecksumPartial = true };
        byte[] after = packet.Bytes(s_after);

        Becomes(packet, s_before, s_after);
        Becomes(packet with { IsIpv6 = true }, s_before6, s_after6);

        // What the pseudo-header's sum is finished to is the checksum that would have been sent.
        BinaryPrimitives.WriteUInt16BigEndian(after.AsSpan(20 + checksum), Checksum.Of(after.AsSpan(20)));
        Assert.That(after, Is.EqualTo((packet with { IsChecksumPartial = false }).Bytes(s_after)));
    }

    [Test]
    public void OfSctpLeavesAPartialChecksumAlone()
    {
        byte[] packet = new FlowPacket(false, IpProtocol.Sctp, [], new byte[20]).Bytes(s_before);
        uint checksum = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(28));

        Assert.That(AddressTranslation.Apply(packet, Ipv4Header.Size, IpProtocol.Sctp, in s_after, isChecksumPartial: true), Is.True);
        Assert.That(BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(28)), Is.EqualTo(checksum));
        Assert.That(BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(20)), Is.EqualTo(s_after.Ports));
    }

    [Test]
    public void OfTheFirstFragmentOfSctpIsRefusedWhenPortsChange()
    {
        FlowPacket packet = new(false, IpProtocol.Sctp, [], new byte[60]) { FirstFragment = 32 };
        FlowPacket packet6 = packet with { IsIpv6 = true, Between = Wire.Bytes("8400000100000000") };

        Becomes(packet, s_before, s_after with { Ports = s_before.Ports });
        Becomes(packet6, s_before6, s_after6 with { Ports = s_before6.Ports });
        IsRefused(packet.Bytes(s_before), packet.TransportOffset, IpProtocol.Sctp, s_after);
        IsRefused(packet6.Bytes(s_before6), packet6.TransportOffset, IpProtocol.Sctp, s_after6);
    }

    [TestCase(IpProtocol.Tcp, 18)]
    [TestCase(IpProtocol.Udp, 8)]
    [TestCase(IpProtocol.Sctp, 12)]
    [TestCase(IpProtocol.Icmp, 8)]
    public void IsRefusedWhenTheHeadersAreNotAllThere(byte protocol, int needed)
    {
        byte[] packet = new FlowPacket(false, protocol, [], [8, 0, .. new byte[20]]).Bytes(s_before);

        for (int length = 0; length < Ipv4Header.Size + needed; length++)
        {
            IsRefused(packet[..length], Ipv4Header.Size, protocol, s_after);
        }

        Assert.That(AddressTranslation.Apply(packet.AsSpan(0, Ipv4Header.Size + needed), Ipv4Header.Size, protocol, in s_after), Is.True);
    }

    [TestCase(IpProtocol.Tcp, 18)]
    [TestCase(IpProtocol.Icmpv6, 8)]
    public void IsRefusedWhenTheHeadersAreNotAllThereOverIpv6(byte protocol, int needed)
    {
        byte[] packet = new FlowPacket(true, protocol, [], [128, 0, .. new byte[20]]).Bytes(s_before6);

        for (int length = 0; length < Ipv6Header.Size + needed; length++)
        {
            IsRefused(packet[..length], Ipv6Header.Size, protocol, s_after6);
        }

        Assert.That(AddressTranslation.Apply(packet.AsSpan(0, Ipv6Header.Size + needed), Ipv6Header.Size, protocol, in s_after6), Is.True);
    }

    [Test]
    public void IsRefusedIntoTheOtherFamily()
    {
        IsRefused(new FlowPacket(false, IpProtocol.Udp, [], new byte[60]).Bytes(s_before), Ipv4Header.Size, IpProtocol.Udp, s_after6);
        IsRefused(new FlowPacket(true, IpProtocol.Udp, [], new byte[60]).Bytes(s_before6), Ipv6Header.Size, IpProtocol.Udp, s_after);
    }

    private static readonly Translation s_before = new(IpAddress.Parse("10.0.0.2"), IpAddress.Parse("10.9.9.9"), 0xC000_0050);
    private static readonly Translation s_after = new(IpAddress.Parse("192.0.2.9"), IpAddress.Parse("198.51.100.1"), 0x0401_1F90);
    private static readonly Translation s_before6 = new(IpAddress.Parse("fd00::2"), IpAddress.Parse("fd00:9::9"), 0xC000_0050);
    private static readonly Translation s_after6 = new(IpAddress.Parse("2001:db8::9"), IpAddress.Parse("2001:db8:1::1"), 0x0401_1F90);

    private static void Becomes(FlowPacket packet, Translation before, Translation after)
    {
        byte[] bytes = packet.Bytes(before);

        Assert.That(AddressTranslation.Apply(bytes, packet.TransportOffset, packet.Protocol, in after, packet.IsChecksumPartial), Is.True);
        Assert.That(bytes, Is.EqualTo(packet.Bytes(after)));
    }

    private static void IsRefused(byte[] packet, int transportOffset, byte protocol, Translation translation)
    {
        byte[] before = [.. packet];

        Assert.That(AddressTranslation.Apply(packet, transportOffset, protocol, in translation), Is.False);
        Assert.That(packet, Is.EqualTo(before));
    }
}

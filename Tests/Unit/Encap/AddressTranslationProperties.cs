using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class AddressTranslationProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly Gen<(FlowPacket Packet, Translation Before, Translation After)> s_translated =
        from packet in FlowPackets.All
        from before in FlowPackets.FlowsOf(packet.IsIpv6)
        from after in FlowPackets.FlowsOf(packet.IsIpv6)
        let keepsPorts = packet is { Protocol: IpProtocol.Sctp, FirstFragment: > 0 }
        select (packet, before, keepsPorts ? after with { Ports = before.Ports } : after);

    private static readonly Gen<(FlowPacket Packet, Translation Before, Translation After)> s_whole = s_translated.Where(translated =>
        translated.Packet is { IsIpv6: false, IsFragment: false, IsChecksumPartial: false, Protocol: IpProtocol.Tcp or IpProtocol.Udp });

    [Test]
    public void MakesThePacketThatWouldHaveBeenSent() => Prop.ForAll(s_translated.ToArbitrary(), translated =>
        Assert.That(Apply(translated.Packet, translated.Before, translated.After), Is.EqualTo(translated.Packet.Bytes(translated.After)))).Check(s_config);

    [Test]
    public void MakesTheSameOfAWholePacketWhoseHeadersAreKnown() => Prop.ForAll(s_whole.ToArbitrary(), translated =>
    {
        (FlowPacket packet, Translation before, Translation after) = translated;
        byte[] bytes = packet.Bytes(before);

        AddressTranslation.ApplyToWhole(
            ref Headers.At<Ipv4Header>(ref bytes[0], 0), ref bytes[packet.TransportOffset], packet.Protocol == IpProtocol.Tcp,
            after.Source.Ipv4, after.Destination.Ipv4, after.Ports);

        Assert.That(bytes, Is.EqualTo(packet.Bytes(after)));
    }).Check(s_config);

    [Test]
    public void ThereAndBackLeavesEveryByteAsItWas() => Prop.ForAll(s_translated.ToArbitrary(), translated =>
    {
        (FlowPacket packet, Translation before, Translation after) = translated;
        byte[] bytes = packet.Bytes(before);

        bool there = AddressTranslation.Apply(bytes, packet.TransportOffset, packet.Protocol, in after, packet.IsChecksumPartial);
        bool back = AddressTranslation.Apply(bytes, packet.TransportOffset, packet.Protocol, in before, packet.IsChecksumPartial);

        Assert.That(there && back, Is.True);
        Assert.That(bytes, Is.EqualTo(packet.Bytes(before)));
    }).Check(s_config);

    [Test]
    public void OfWhatStaysChangesNothing() => Prop.ForAll(s_translated.ToArbitrary(), translated =>
        Assert.That(Apply(translated.Packet, translated.Before, translated.Before), Is.EqualTo(translated.Packet.Bytes(translated.Before)))).Check(s_config);

    [Test]
    public void KeepsAWrongChecksumWrong() => Prop.ForAll(s_translated.ToArbitrary(), ArbMap.Default.ArbFor<ushort>(), (translated, at) =>
    {
        (FlowPacket packet, Translation before, Translation after) = translated;
        byte[] bytes = packet.Bytes(before), expected = packet.Bytes(after);

        // Which of its two zeros an ICMP checksum is depends on all the bytes.
        if (packet is { Protocol: not IpProtocol.Icmp, IsLaterFragment: false, IsChecksumPartial: false, ChecksumOffset: >= 0 })
        {
            // A bit behind all that is translated: the checksum still says what it was.
            int index = packet.Start + 18 + at % (bytes.Length - packet.Start - 18);
            bytes[index] ^= 4;
            expected[index] ^= 4;
        }

        Assert.That(AddressTranslation.Apply(bytes, packet.TransportOffset, packet.Protocol, in after, packet.IsChecksumPartial), Is.True);
        Assert.That(bytes, Is.EqualTo(expected));
    }).Check(s_config);

    [Test]
    public void NeedsNoMoreThanTheHeadersOfAChain() => Prop.ForAll(s_translated.ToArbitrary(), translated =>
    {
        (FlowPacket packet, Translation before, Translation after) = translated;
        int head = packet.IsLaterFragment ? packet.Start : packet.Start + 20;
        byte[] bytes = packet.Bytes(before);

        Assert.That(AddressTranslation.Apply(bytes.AsSpan(0, head), packet.TransportOffset, packet.Protocol, in after, packet.IsChecksumPartial), Is.True);
        Assert.That(bytes, Is.EqualTo(packet.Bytes(after)));
    }).Check(s_config);

    [Test]
    public void OfAnythingThrowsNothingWritesNowhereElseAndRefusesWithoutATrace() => Prop.ForAll(s_hostile.ToArbitrary(), hostile =>
    {
        (byte[] bytes, int offset, byte protocol, Translation translation) = hostile;
        PoisonedBuffer buffer = new(64, bytes.Length, 64);
        bytes.CopyTo(buffer.Room);

        bool applied = AddressTranslation.Apply(buffer.Room, offset, protocol, in translation, (offset & 1) != 0);

        Assert.That(buffer.IsUntouchedAround, Is.True);
        Assert.That(applied || buffer.Room.SequenceEqual(bytes), Is.True);
    }).Check(s_config.WithMaxTest(5000));

    private static readonly Gen<(byte[] Bytes, int Offset, byte Protocol, Translation Translation)> s_hostile =
        from translated in s_translated
        from length in Gen.Choose(0, 100)
        from offset in Gen.OneOf(
            Gen.Constant(translated.Packet.TransportOffset), Gen.Choose(-2, 110), Gen.Elements(int.MinValue, int.MaxValue, int.MaxValue - 10))
        from protocol in Gen.OneOf(Gen.Constant(translated.Packet.Protocol), Gen.Elements<byte>(1, 6, 17, 58, 132, 255))
        from first in Gen.Elements<byte>(0x45, 0x4F, 0x40, 0x60, 0x6F, 0x00)
        from other in FlowPackets.FlowsOf((first & 1) == 0)
        let bytes = translated.Packet.Bytes(translated.Before)
        let cut = bytes[..Math.Min(length, bytes.Length)]
        from isOther in Gen.Elements(true, false)
        select (isOther && cut.Length > 0 ? cut.With(0, first) : cut, offset, protocol, isOther ? other : translated.After);

    private static byte[] Apply(FlowPacket packet, Translation before, Translation after)
    {
        byte[] bytes = packet.Bytes(before);
        PoisonedBuffer buffer = new(16, bytes.Length, 16);
        bytes.CopyTo(buffer.Room);

        Assert.That(AddressTranslation.Apply(buffer.Room, packet.TransportOffset, packet.Protocol, in after, packet.IsChecksumPartial), Is.True);
        Assert.That(buffer.IsUntouchedAround, Is.True);
        return buffer.Room.ToArray();
    }
}

using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class TcpResetProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(1000);

    // Behind the ports of a segment.
    private const int Sequence = 0, Acknowledgement = 4, Words = 8, Flags = 9;

    private static readonly Gen<(FlowPacket Packet, Translation Flow, int Cut)> s_segments =
        from packet in FlowPackets.All.Where(packet => packet.Protocol == IpProtocol.Tcp)
        from flow in FlowPackets.FlowsOf(packet.IsIpv6)
        from words in Gen.Frequency((1, Gen.Choose(0, 15)), (9, Gen.Choose(5, 7)))
        from flags in Gen.Choose(0, 255)
        from cut in Gen.OneOf(Gen.Choose(0, 160), Gen.Constant(int.MaxValue))
        select (packet with { Rest = packet.Rest.With(Words, (byte)(words << 4)).With(Flags, (byte)flags) }, flow, cut);

    [Test]
    public void IsTheOneThatTheRulesAskFor() => Prop.ForAll(s_segments.ToArbitrary(), segment =>
    {
        byte[] packet = segment.Packet.Bytes(segment.Flow);
        byte[] head = packet[..Math.Min(segment.Cut, packet.Length)];
        bool isAnswered = IsAnswered(segment.Packet, segment.Flow) && head.Length >= segment.Packet.Start + HeaderLength(segment.Packet);

        Assert.That(Written(head), Is.EqualTo(isAnswered ? Answer(segment.Packet, segment.Flow) : []));
    }).Check(s_config);

    [Test]
    public void OfAnythingThrowsNothingAndWritesNowhereElse() => Prop.ForAll(s_hostile.ToArbitrary(), hostile =>
    {
        byte[] reset = Written(hostile);

        // Whatever it answers, nobody answers it again.
        Assert.That(reset.Length, Is.EqualTo(0).Or.EqualTo(40).Or.EqualTo(60));
        Assert.That(Written(reset), Is.Empty);
    }).Check(s_config.WithMaxTest(5000));

    private static readonly Gen<byte[]> s_hostile =
        from segment in s_segments
        from changes in (from at in Gen.Choose(0, 120) from value in Gen.Elements<byte>(0, 1, 6, 43, 44, 51, 60, 0x45, 0x4F, 0x60, 0xF0, 0xFF) select (at, value)).ArrayOf(3)
        let bytes = changes.Aggregate(segment.Packet.Bytes(segment.Flow), (each, change) => each.With(change.at % each.Length, change.value))
        select bytes[..Math.Min(segment.Cut, bytes.Length)];

    private static byte[] Written(byte[] packet)
    {
        PoisonedBuffer buffer = new(64, TcpReset.MaximumLength, 64);
        byte[] before = [.. packet];
        int length = TcpReset.Write(buffer.Room, packet);

        Assert.That(buffer.IsUntouchedAround && PoisonedBuffer.IsUntouched(buffer.Room[length..]), Is.True);
        Assert.That(packet, Is.EqualTo(before));
        return buffer.Room[..length].ToArray();
    }

    private static bool IsAnswered(FlowPacket packet, Translation flow) =>
        packet is { IsFragment: false, LastDestination: null }
        && !Has(packet, TcpFlags.Rst)
        && HeaderLength(packet) >= 20
        && HeaderLength(packet) <= 4 + packet.Rest.Length
        && (packet.IsIpv6
            ? flow.Source != IpAddress.Parse("::") && flow.Source.High >> 56 != 0xFF && flow.Destination.High >> 56 != 0xFF
            : (flow.Source.Ipv4 >> 24) is (> 0 and < 127) or (> 127 and < 224) && (flow.Destination.Ipv4 >> 24) is (> 0 and < 127) or (> 127 and < 224));

    private static byte[] Answer(FlowPacket packet, Translation flow)
    {
        uint data = (uint)(4 + packet.Rest.Length - HeaderLength(packet));
        uint end = Number(packet, Sequence) + data + (Has(packet, TcpFlags.Syn) ? 1u : 0) + (Has(packet, TcpFlags.Fin) ? 1u : 0);
        byte[] rest = Wire.Bytes(Has(packet, TcpFlags.Ack)
            ? $"{Number(packet, Acknowledgement):x8} 00000000 5004 0000 0000 0000"
            : $"00000000 {end:x8} 5014 0000 0000 0000");

        Translation back = new(flow.Destination, flow.Source, uint.RotateLeft(flow.Ports, 16));
        byte[] answer = new FlowPacket(packet.IsIpv6, IpProtocol.Tcp, [], rest).Bytes(back);
        return packet.IsIpv6 ? answer : WithoutId(answer);
    }

    private static byte[] WithoutId(byte[] ipv4)
    {
        Wire.Bytes("0000 4000 4006 0000").CopyTo(ipv4.AsSpan(4));
        BinaryPrimitives.WriteUInt16BigEndian(ipv4.AsSpan(10), Checksum.Of(ipv4.AsSpan(0, Ipv4Header.Size)));
        return ipv4;
    }

    private static uint Number(FlowPacket packet, int at) => BinaryPrimitives.ReadUInt32BigEndian(packet.Rest.AsSpan(at));

    private static int HeaderLength(FlowPacket packet) => packet.Rest[Words] >> 4 << 2;

    private static bool Has(FlowPacket packet, TcpFlags flag) => ((TcpFlags)packet.Rest[Flags] & flag) != 0;
}

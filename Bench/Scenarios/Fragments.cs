using System.Buffers.Binary;
using VRouter.Bench.Traffic;
using VRouter.Encap;

namespace VRouter.Bench.Scenarios;

/// <summary>As <see cref="Encapsulation"/>, of datagrams in two fragments of equal length, one right behind the other.</summary>
internal sealed class Fragments() : Encapsulation("fragments", EncapsulationKind.Vxlan)
{
    private const int HeaderBytes = EthernetHeader.Size + Ipv4Header.Size;
    private const int OffsetUnit = 8;

    public override string Summary => "flows of datagrams in two fragments from tenant into Vxlan tunnels, security groups";

    public override int PacketsAFlow => 2;

    // What a fragment carries is a multiple of 8 bytes, RFC 791; a later one has no port to take turns with.
    public override Plan Adapt(Plan plan) => plan with
    {
        Frame = HeaderBytes + (plan.Frame - HeaderBytes + OffsetUnit - 1) / OffsetUnit * OffsetUnit,
        Flows = Math.Min(plan.Flows, FlowTurns.Destinations),
    };

    public override void Write(Span<byte> packet, int number)
    {
        int carried = packet.Length - HeaderBytes;
        bool isFirst = number % 2 == 0;

        Span<byte> whole = stackalloc byte[packet.Length + carried];
        base.Write(whole, number / 2);

        whole[..HeaderBytes].CopyTo(packet);
        whole.Slice(isFirst ? HeaderBytes : HeaderBytes + carried, carried).CopyTo(packet[HeaderBytes..]);

        FrameWriter.SetFragment(packet[EthernetHeader.Size..], isFirst ? Ipv4Header.MoreFragments : (ushort)(carried / OffsetUnit));
    }

    public override int NumberOf(ReadOnlySpan<byte> packet)
    {
        const int Flags = EthernetHeader.Size + 6;

        int flow = BinaryPrimitives.ReadUInt16BigEndian(packet[(EthernetHeader.Size + Layout.Number)..]);
        bool isFirst = (BinaryPrimitives.ReadUInt16BigEndian(packet[Flags..]) & Ipv4Header.OffsetMask) == 0;
        return flow * 2 + (isFirst ? 0 : 1);
    }
}

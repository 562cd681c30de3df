using VRouter.Bench.Traffic;
using VRouter.Encap;

namespace VRouter.Bench.Scenarios;

/// <summary>As <see cref="Encapsulation"/>, of IPv6 packets.</summary>
internal sealed class Ipv6Encapsulation() : Encapsulation("ipv6-vxlan-encap", EncapsulationKind.Vxlan)
{
    // Headers, and what balances the ports (see FlowTurns).
    private const int SmallestFrame = EthernetHeader.Size + Ipv6Header.Size + UdpHeader.Size + sizeof(ushort);

    public override string Summary => "IPv6 flows from tenant into Vxlan tunnels, security groups";

    public override IpLayout Layout => IpLayout.Ipv6;

    public override Plan Adapt(Plan plan) => plan with { Frame = Math.Max(plan.Frame, SmallestFrame) };

    public override Forwarding.Transaction Configure(Plan plan) =>
        Site.WithTunnels(EncapsulationKind.Vxlan).WithGroups(plan.Flows).RouteToNodes(plan.Flows, Site.Ipv6Destination);

    public override void Write(Span<byte> packet, int number)
    {
        FrameWriter.Write(packet, new EthernetHeader(Site.VirtualMac, Site.ClientMac, EtherType.Ipv6));
        FrameWriter.WriteIpv6Packet(packet[EthernetHeader.Size..], number, Site.ClientIpv6Address);
    }
}

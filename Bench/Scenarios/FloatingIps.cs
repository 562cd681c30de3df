using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>The member's side of a service: from VXLAN tunnels to a floating IP, one of whose ports is mapped to the tenant's.</summary>
internal sealed class FloatingIps : Scenario
{
    private const ushort MappedPort = 80;

    private static readonly IpAddress s_floating = IpAddress.FromIpv4(0x0AA7_5754);     // 10.167.87.84

    public override string Name => "fip";

    public override string Summary => "flows from Vxlan tunnels to a port of a floating IP, translated to tenant, security groups";

    public override VifId Ingress => Site.Fabric;

    public override VifId Egress => Site.Client;

    public override int BytesInFront => Outer.VxlanSize + EthernetHeader.Size;

    public override int BytesWritten => EthernetHeader.Size;

    public override IpLayout Layout => IpLayout.Ipv4Inward;

    public override Transaction Configure(Plan plan)
    {
        Transaction site = Site.WithTunnels(EncapsulationKind.Vxlan).WithGroups(plan.Flows).RouteToNodes(plan.Flows, Caller).RouteTo(s_floating, Site.Client);

        site.FloatingIps.Add(new FloatingIp(Site.Tenants, s_floating)
        {
            Vifs = [Site.Client],
            PortMappings = [new PortMapping(IpProtocol.Udp, MappedPort, Site.ServicePort)],
        });
        return site;
    }

    public override void Write(Span<byte> packet, int number)
    {
        Outer.WriteVxlan(packet, number);
        FrameWriter.Write(packet[Outer.VxlanSize..], new EthernetHeader(Site.VirtualMac, Site.GatewayMac, EtherType.Ipv4));
        FrameWriter.WriteIpv4Packet(packet[BytesInFront..], number, Caller(number), s_floating, MappedPort);
    }

    public override bool IsRight(ReadOnlySpan<byte> packet) =>
        FrameReader.HasRightChecksums(packet) && FrameReader.DestinationOf(packet) == (Site.ClientAddress, Site.ServicePort);

    // 10.48.0.0 and on.
    private static IpAddress Caller(int flow) => IpAddress.FromIpv4(0x0A30_0000u + FlowTurns.DestinationOf(flow));
}

using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From VXLAN tunnels by VNI, reverse path and route to a tenant: no flows.</summary>
internal sealed class VxlanDecapsulation : Scenario
{
    public override string Name => "vxlan-decap";

    public override string Summary => "from Vxlan tunnels, route to tenant, no flows";

    public override VifId Ingress => Site.Fabric;

    public override VifId Egress => Site.Client;

    public override int BytesInFront => Outer.VxlanSize + EthernetHeader.Size;

    public override int BytesWritten => EthernetHeader.Size;

    public override Transaction Configure(int destinations) =>
        Site.WithTunnels(EncapsulationKind.Vxlan).RouteSources().RouteTo(Site.Client, destinations);

    public override void Write(Span<byte> packet, int flow)
    {
        Outer.Write(packet, flow, VxlanHeader.UdpPort);
        FrameWriter.Write(packet[Outer.UdpSize..], new VxlanHeader(Site.Vni));
        FrameWriter.WriteTenantFrame(packet[Outer.VxlanSize..], flow, Site.GatewayMac, Site.RemoteSource(flow));
    }
}

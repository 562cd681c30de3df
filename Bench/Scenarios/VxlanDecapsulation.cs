using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From VXLAN tunnels by VNI to a tenant: flows, and the tenant's security groups.</summary>
internal sealed class VxlanDecapsulation : Scenario
{
    public override string Name => "vxlan-decap";

    public override string Summary => "flows from Vxlan tunnels to tenant, security groups";

    public override VifId Ingress => Site.Fabric;

    public override VifId Egress => Site.Client;

    public override int BytesInFront => Outer.VxlanSize + EthernetHeader.Size;

    public override int BytesWritten => EthernetHeader.Size;

    public override Transaction Configure(Plan plan) =>
        Site.WithTunnels(EncapsulationKind.Vxlan).WithGroups(plan.Flows).RouteSources().RouteTo(Site.Client, plan.Flows);

    public override void Write(Span<byte> packet, int number)
    {
        Outer.WriteVxlan(packet, number);
        FrameWriter.WriteTenantFrame(packet[Outer.VxlanSize..], number, Site.GatewayMac, Site.RemoteSource(number));
    }
}

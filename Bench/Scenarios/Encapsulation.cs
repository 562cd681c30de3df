using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From a tenant into tunnels to other nodes: flows, and the tenant's security groups.</summary>
internal class Encapsulation(string name, EncapsulationKind kind) : Scenario
{
    public override string Name => name;

    public override string Summary => $"flows from tenant into {kind} tunnels, security groups";

    public override VifId Ingress => Site.Client;

    public override VifId Egress => Site.Fabric;

    public override int BytesInFront => EthernetHeader.Size;

    public override int BytesWritten => kind == EncapsulationKind.Vxlan ? Outer.VxlanSize + EthernetHeader.Size : Outer.MplsSize;

    public override Transaction Configure(Plan plan) => Site.WithTunnels(kind).WithGroups(plan.Flows).RouteToNodes(plan.Flows);

    public override void Write(Span<byte> packet, int number) => FrameWriter.WriteTenantFrame(packet, number, Site.ClientMac, Site.ClientAddress);
}

using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From one tenant to another on the same node: the sender's egress rules and the receiver's ingress rules.</summary>
internal sealed class Local : Scenario
{
    public override string Name => "local";

    public override string Summary => "flows from tenant to tenant on one node, security groups of both";

    public override VifId Ingress => Site.Client;

    public override VifId Egress => Site.Server;

    public override int BytesInFront => EthernetHeader.Size;

    public override int BytesWritten => EthernetHeader.Size;

    public override Transaction Configure(Plan plan) => Site.WithTenants().WithGroups(plan.Flows).RouteTo(Site.Server, plan.Flows);

    public override void Write(Span<byte> packet, int number) => FrameWriter.WriteTenantFrame(packet, number, Site.ClientMac, Site.ClientAddress);
}

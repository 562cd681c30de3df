using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From one tenant to another by routes, in packet mode: no flows, no tunnel.</summary>
internal sealed class L3 : Scenario
{
    public override string Name => "l3";

    public override string Summary => "route from tenant to tenant, no flows";

    public override VifId Ingress => Site.Client;

    public override VifId Egress => Site.Server;

    public override int BytesInFront => EthernetHeader.Size;

    public override int BytesWritten => EthernetHeader.Size;

    public override bool HasFlows => false;

    public override Transaction Configure(Plan plan) => Site.WithTenants().RouteTo(Site.Server, plan.Flows);

    public override void Write(Span<byte> packet, int number) => FrameWriter.WriteTenantFrame(packet, number, Site.ClientMac, Site.ClientAddress);
}

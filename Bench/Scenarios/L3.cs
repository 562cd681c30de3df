using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From one tenant to another by routes: no flows, no tunnel.</summary>
internal sealed class L3 : Scenario
{
    public override string Name => "l3";

    public override string Summary => "route from tenant to tenant, no flows";

    public override VifId Ingress => Site.Client;

    public override VifId Egress => Site.Server;

    public override int BytesInFront => EthernetHeader.Size;

    public override int BytesWritten => EthernetHeader.Size;

    public override Transaction Configure(int destinations) => Site.WithTenants().RouteTo(Site.Server, destinations);

    public override void Write(Span<byte> packet, int flow) => FrameWriter.WriteTenantFrame(packet, flow, Site.ClientMac, Site.ClientAddress);
}

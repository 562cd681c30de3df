using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From a tenant by routes into tunnels to other nodes: no flows.</summary>
internal sealed class Encapsulation(string name, EncapsulationKind kind, int outerBytes) : Scenario
{
    public override string Name => name;

    public override string Summary => $"route from tenant into {kind} tunnels, no flows";

    public override VifId Ingress => Site.Client;

    public override VifId Egress => Site.Fabric;

    public override int BytesInFront => EthernetHeader.Size;

    public override int BytesWritten => outerBytes;

    public override Transaction Configure(int destinations) => Site.WithTunnels(kind).RouteToNodes(destinations);

    public override void Write(Span<byte> packet, int flow) => FrameWriter.WriteTenantFrame(packet, flow, Site.ClientMac, Site.ClientAddress);
}

using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From MPLS over UDP tunnels by the tenant's label and reverse path to it: no flows, no route lookup.</summary>
internal sealed class MplsDecapsulation : Scenario
{
    private const byte LabelTtl = 64;

    public override string Name => "mplsoudp-decap";

    public override string Summary => "from MplsOverUdp tunnels, label of a tenant, no flows";

    public override VifId Ingress => Site.Fabric;

    public override VifId Egress => Site.Client;

    public override int BytesInFront => Outer.MplsSize;

    public override int BytesWritten => EthernetHeader.Size;

    public override Transaction Configure(int destinations) =>
        Site.WithTunnels(EncapsulationKind.MplsOverUdp).RouteSources().RouteTo(Site.Client, destinations);

    public override void Write(Span<byte> packet, int flow)
    {
        Outer.Write(packet, flow, new Settings().MplsOverUdpPort);
        FrameWriter.Write(packet[Outer.UdpSize..], new MplsHeader(Site.ClientLabel, LabelTtl));
        FrameWriter.WriteTenantPacket(packet[Outer.MplsSize..], flow, Site.RemoteSource(flow));
    }
}

using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>From MPLS over UDP tunnels by the tenant's label to it: flows, and the tenant's security groups.</summary>
internal sealed class MplsDecapsulation : Scenario
{
    private const byte LabelTtl = 64;

    public override string Name => "mplsoudp-decap";

    public override string Summary => "flows from MplsOverUdp tunnels, by label to tenant, security groups";

    public override VifId Ingress => Site.Fabric;

    public override VifId Egress => Site.Client;

    public override int BytesInFront => Outer.MplsSize;

    public override int BytesWritten => EthernetHeader.Size;

    public override Transaction Configure(Plan plan) =>
        Site.WithTunnels(EncapsulationKind.MplsOverUdp).WithGroups(plan.Flows).RouteSources().RouteTo(Site.Client, plan.Flows);

    public override void Write(Span<byte> packet, int number)
    {
        Outer.Write(packet, number, new Settings().MplsOverUdpPort);
        FrameWriter.Write(packet[Outer.UdpSize..], new MplsHeader(Site.ClientLabel, LabelTtl));
        FrameWriter.WriteTenantPacket(packet[Outer.MplsSize..], number, Site.RemoteSource(number));
    }
}

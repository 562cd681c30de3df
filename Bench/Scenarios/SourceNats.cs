using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>As <see cref="Encapsulation"/>, out of the tenants' VRF through a source NAT of one address, into tunnels of another VRF.</summary>
internal sealed class SourceNats() : Encapsulation("snat", EncapsulationKind.Vxlan)
{
    private static readonly VrfId s_outside = new(2);
    private static readonly Vni s_outsideVni = new(5002);

    /// <summary>The pool's only address.</summary>
    public static IpAddress Pool { get; } = IpAddress.FromIpv4(0xC633_6401);     // 198.51.100.1

    public override string Summary => "flows from tenant through a source NAT into Vxlan tunnels of another VRF, security groups";

    public override IpLayout Layout => IpLayout.Ipv4Outward;

    /// <summary>The source NAT, and everything but routes of the VRF outside.</summary>
    public static Transaction Through(int flows)
    {
        Transaction site = Site.WithTunnels(EncapsulationKind.Vxlan).WithGroups(flows);
        site.Vrfs.Add(new Vrf(s_outside) { Name = "outside", ForwardingMode = ForwardingMode.L3 });
        site.Vnis.Add(new VniEntry(s_outsideVni, s_outside));
        site.SourceNats.Add(new SourceNat(new SourceNatId(1)) { Vrf = Site.Tenants, OutsideVrf = s_outside, Addresses = [Pool] });
        return site;
    }

    /// <summary>A route of the VRF outside to a node.</summary>
    public static Route RouteTo(IpPrefix prefix, int node) => new(s_outside, prefix, Site.TunnelTo(node)) { Label = s_outsideVni.Value };

    public override Transaction Configure(Plan plan)
    {
        Transaction site = Through(plan.Flows);

        for (int flow = 0; flow < FlowTurns.DestinationsOf(plan.Flows); flow++)
        {
            site.Routes.Add(RouteTo(IpPrefix.Host(Site.Destination(flow)), Site.NodeOf(flow)));
        }

        return site;
    }

    public override bool IsRight(ReadOnlySpan<byte> packet) => FrameReader.HasRightChecksums(packet) && FrameReader.SourceOf(packet).Address == Pool;
}

using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>As <see cref="Encapsulation"/>, out of the tenants' VRF through a source NAT of one address, into tunnels of another VRF.</summary>
internal sealed class SourceNats() : Encapsulation("snat", EncapsulationKind.Vxlan)
{
    private static readonly VrfId s_outside = new(2);
    private static readonly Vni s_outsideVni = new(5002);
    private static readonly IpAddress s_pool = IpAddress.FromIpv4(0xC633_6401);     // 198.51.100.1

    public override string Summary => "flows from tenant through a source NAT into Vxlan tunnels of another VRF, security groups";

    public override IpLayout Layout => IpLayout.Ipv4Outward;

    public override Transaction Configure(Plan plan)
    {
        Transaction site = Site.WithTunnels(EncapsulationKind.Vxlan).WithGroups(plan.Flows);

        site.Vrfs.Add(new Vrf(s_outside) { Name = "outside", ForwardingMode = ForwardingMode.L3 });
        site.Vnis.Add(new VniEntry(s_outsideVni, s_outside));
        site.SourceNats.Add(new SourceNat(new SourceNatId(1)) { Vrf = Site.Tenants, OutsideVrf = s_outside, Addresses = [s_pool] });

        for (int flow = 0; flow < FlowTurns.DestinationsOf(plan.Flows); flow++)
        {
            site.Routes.Add(new Route(s_outside, IpPrefix.Host(Site.Destination(flow)), Site.TunnelTo(Site.NodeOf(flow))) { Label = s_outsideVni.Value });
        }

        return site;
    }

    public override bool IsRight(ReadOnlySpan<byte> packet) => FrameReader.HasRightChecksums(packet) && FrameReader.SourceOf(packet) == s_pool;
}

using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>The client's side of services: as <see cref="Encapsulation"/>, but that every destination is a group of tunnels' .</summary>
internal sealed class Ecmp() : Encapsulation("ecmp", EncapsulationKind.Vxlan)
{
    public override string Summary => "flows from tenant to groups of as many Vxlan tunnels as --members says, security groups";

    public override Transaction Configure(Plan plan)
    {
        Transaction site = Site.WithTunnels(EncapsulationKind.Vxlan).WithGroups(plan.Flows);
        int groups = Math.Max(1, Site.Nodes / plan.Members);

        for (int group = 0; group < groups; group++)
        {
            site.NextHops.Add(new EcmpNextHop(ToGroup(group)) { Members = [.. Enumerable.Range(group * plan.Members, plan.Members).Select(Member)] });
        }

        for (int flow = 0; flow < FlowTurns.DestinationsOf(plan.Flows); flow++)
        {
            site.Routes.Add(new Route(Site.Tenants, IpPrefix.Host(Site.Destination(flow)), ToGroup(flow % groups)));
        }

        return site;
    }

    // With more members than nodes, a node has several, each behind a VNI of its own.
    private static EcmpMember Member(int number) => new(Site.TunnelTo(Site.NodeOf(number))) { Label = Site.Vni.Value + (uint)(number / Site.Nodes) };

    private static NextHopId ToGroup(int group) => new(2000u + (uint)group);
}

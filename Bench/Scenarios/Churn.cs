using VRouter.Bench.Pipelines;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>Established flows, while other things change 10,000 times a second: none of them concerns these flows.</summary>
internal sealed class Churn() : Encapsulation("churn", EncapsulationKind.Vxlan)
{
    private const int ChangesASecond = 10_000;
    private const int Kinds = 3;

    private static readonly VrfId s_others = new(2);
    private static readonly VifId s_other = new(4);
    private static readonly SecurityGroupId s_otherGroup = new(3);

    public override string Summary => "as vxlan-encap, while other routes and rules change 10,000 times a second";

    public override bool IsPlain => false;

    public override Transaction Configure(Plan plan)
    {
        Transaction site = base.Configure(plan);

        site.Vrfs.Add(new Vrf(s_others) { Name = "others", ForwardingMode = ForwardingMode.L3 });
        site.Vifs.Add(Site.Tenant(s_other, new MacAddress(0x0200_0000_0004), Site.ServerAddress) with { Vrf = s_others, PolicyDisabled = false, SecurityGroups = [s_otherGroup] });
        site.SecurityGroups.Add(GroupWith(0));
        return site;
    }

    public override Changes OpenChanges(DataPlane dataPlane) => new(dataPlane, ChangesASecond, Change);

    // A route of another VRF; one beside those of the flows, in the same; a rule of a group that the flows' tenants do not have.
    private static Transaction Change(int number) => (number % Kinds) switch
    {
        0 => new Transaction { Routes = { RouteIn(s_others, number / Kinds) } },
        1 => new Transaction { Routes = { RouteIn(Site.Tenants, number / Kinds) } },
        _ => new Transaction { SecurityGroups = { GroupWith(number / Kinds) } },
    };

    // 10.128.0.0/24 and on: each leads to another node every time it is its turn.
    private static Route RouteIn(VrfId vrf, int number) => new(
        vrf, new IpPrefix(IpAddress.FromIpv4(0x0A80_0000u + (uint)(number % 1000) * 256), 24), Site.TunnelTo(number / 1000 % Site.Nodes));

    private static SecurityGroup GroupWith(int number)
    {
        uint port = 1024 + (uint)number % 1000;
        return new(s_otherGroup, "other", [new SecurityRule { Id = "service", Direction = RuleDirection.Ingress, Protocol = IpProtocol.Tcp, DestinationPorts = [new PortRange(port, port)] }]);
    }
}

using FsCheck;
using FsCheck.Fluent;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Random configurations of the <see cref="Site"/>, and changes of them: of few different things, so that they meet.</summary>
internal static class Configurations
{
    private static readonly string[] s_prefixes =
    [
        "0.0.0.0/0", "10.1.0.0/24", "10.1.0.3/32", "10.1.0.4/32", "10.2.0.0/16", "10.2.0.0/24", "10.2.0.2/32", "10.3.0.0/16", "10.9.0.0/24",
        "::/0", "fd01::/64", "fd01::3/128", "fd01::4/128", "fd02::/16", "fd02::2/128", "fd03::/16", "fd09::/16",
    ];

    private static readonly string[] s_peers = ["0.0.0.0/0", "10.1.0.0/24", "10.1.0.3/32", "10.2.0.0/16", "10.2.0.2/32", "::/0", "fd01::/64", "fd02::/16"];
    private static readonly uint[] s_nextHops = [.. Site.Tunnels, .. Site.Tunnels, .. Site.ToVrfs, .. Site.Others];
    private static readonly uint[] s_groupIds = [1, 2, 3];

    // 4 is in no interface's list: a group that is only somebody's remote.
    private static readonly uint[] s_remoteGroups = [1, 2, 3, 4];
    private static readonly PortRange[] s_ports = [new(80, 80), new(53, 80), new(1000, 1000), new(0, 65535)];

    private static readonly Gen<ValueList<SecurityGroupId>> s_groups =
        from count in Gen.Frequency((4, Gen.Constant(0)), (4, Gen.Constant(1)), (1, Gen.Constant(2)))
        from ids in Gen.Elements(s_groupIds).ArrayOf(count)
        select (ValueList<SecurityGroupId>)[.. ids.Distinct().Select(id => new SecurityGroupId(id))];

    private static readonly Gen<Route> s_route =
        from vrf in Gen.Elements(0u, 1u, 1u, 1u, 2u)
        from prefix in Gen.Elements(s_prefixes)
        from nextHop in Gen.Elements(s_nextHops)
        from label in Gen.Elements(0u, 0u, 99u)
        from groups in s_groups
        where vrf != 0 || nextHop != Site.ToHost // The node's own stack sends nothing to itself.
        select Site.Route(vrf, prefix, nextHop) with { Label = label, SecurityGroups = groups };

    // The plain routes, now and then with groups or another tunnel.
    private static readonly Gen<Route[]> s_plain =
        from fates in Gen.Choose(0, 9).ArrayOf(Site.Routes().Length)
        from groups in s_groups
        select Site.Routes()
            .Where((_, i) => fates[i] != 9)
            .Select((route, i) => fates[i] > 6 ? route with { SecurityGroups = groups } : route)
            .ToArray();

    private static readonly Gen<SecurityRule> s_rule =
        from direction in Gen.Elements(RuleDirection.Ingress, RuleDirection.Egress)
        from etherType in Gen.Frequency((4, Gen.Constant(RuleEtherType.Any)), (1, Gen.Elements(RuleEtherType.Ipv4, RuleEtherType.Ipv6)))
        from action in Gen.Frequency((3, Gen.Constant(RuleAction.Allow)), (1, Gen.Constant(RuleAction.Deny)))
        from priority in Gen.Elements<uint>(0, 1, 2)
        from protocol in Gen.Elements<uint?>(null, null, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Icmp, IpProtocol.Icmpv6, IpProtocol.Esp)
        from ports in Gen.Frequency((2, Gen.Constant<PortRange?>(null)), (1, Gen.Elements(s_ports).Select(range => (PortRange?)range)))
        from remote in Gen.Choose(0, 3)
        from peer in Gen.Elements(s_peers)
        from @group in Gen.Elements(s_remoteGroups)
        select new SecurityRule
        {
            Direction = direction,
            EtherType = etherType,
            Action = action,
            Priority = priority,
            Protocol = protocol,
            DestinationPorts = ports is { } range && protocol is null or IpProtocol.Tcp or IpProtocol.Udp ? [ports ?? new PortRange(0, 65535)] : [],
            RemotePrefix = remote == 2 ? Prefix(peer) : null,
            RemoteGroup = remote == 3 ? new SecurityGroupId(@group) : null,
        };

    private static readonly Gen<SecurityGroup> s_group =
        from id in Gen.Elements(s_groupIds)
        from count in Gen.Choose(0, 5)
        from rules in s_rule.ArrayOf(count)
        let named = rules.Select((rule, place) => rule with { Id = $"g{id}r{place}" })
        select new SecurityGroup(new SecurityGroupId(id), "", [.. named.Where(IsValid)]);

    private static readonly Gen<Vif> s_tenant =
        from id in Gen.Elements(Site.Tenants)
        from hasLabel in Gen.Elements(true, false)
        from groups in s_groups
        from hasPolicy in Gen.Frequency((9, Gen.Constant(true)), (1, Gen.Constant(false)))
        from most in Gen.Frequency((9, Gen.Constant(0u)), (1, Gen.Constant(4u)))
        select Site.Tenant(id) with
        {
            Label = new MplsLabel(hasLabel ? Site.VifLabel(id) : 0),
            SecurityGroups = groups,
            PolicyDisabled = !hasPolicy,
            MaxFlows = most,
        };

    private static readonly Gen<Settings> s_settings =
        from most in Gen.Frequency((4, Gen.Constant(1000u)), (1, Gen.Constant(6u)))
        from mostOfOne in Gen.Frequency((4, Gen.Constant(0u)), (1, Gen.Constant(6u)))
        select Site.Settings with { MaxFlows = most, MaxFlowsPerInterface = mostOfOne };

    private static readonly Gen<TunnelNextHop> s_tunnel =
        from id in Gen.Elements(Site.Tunnels)
        from peer in Gen.Elements(Site.Peers)
        from kind in Gen.Elements(EncapsulationKind.Vxlan, EncapsulationKind.MplsOverUdp, EncapsulationKind.MplsOverGre)
        select new TunnelNextHop(new NextHopId(id), kind, Ip(peer)) { Label = 70 + id };

    private static readonly Gen<ObjectKey> s_victim = Gen.Frequency(
        (4, s_route.Select(route => ObjectKey.Of(route.Vrf, route.Prefix))),
        (1, Gen.Elements(Site.Tenants).Select(vif => ObjectKey.Of(new VifId(vif)))));

    /// <summary>What is there from the beginning, beside the <see cref="Site.Ground"/>.</summary>
    public static Gen<Transaction> Setups { get; } =
        from settings in s_settings
        from plain in s_plain
        from routes in Gen.Choose(0, 4).SelectMany(count => s_route.ArrayOf(count))
        from tenants in s_tenant.ArrayOf(6)
        from groups in s_group.ArrayOf(6)
        select new Transaction
        {
            Settings = settings,
            Routes = [.. routes.Concat(plain).DistinctBy(route => (route.Vrf, route.Prefix))],
            Vifs = [.. tenants.DistinctBy(tenant => tenant.Id)],
            SecurityGroups = [.. groups.Concat(Empty()).DistinctBy(one => one.Id)],
        };

    /// <summary>What changes at a time.</summary>
    public static Gen<Transaction> Changes { get; } = Gen.Frequency(
        (4, s_route.Select(route => new Transaction { Routes = [route] })),
        (3, s_group.Select(one => new Transaction { SecurityGroups = [one] })),
        (3, s_tenant.Select(tenant => new Transaction { Vifs = [tenant] })),
        (2, s_victim.Select(victim => new Transaction { Deletes = [victim] })),
        (1, s_tunnel.Select(tunnel => new Transaction { NextHops = [tunnel] })),
        (1, s_settings.Select(settings => new Transaction { Settings = settings })));

    // Interfaces may only name groups that are there.
    private static IEnumerable<SecurityGroup> Empty() => s_groupIds.Select(id => new SecurityGroup(new SecurityGroupId(id), "", []));

    private static bool IsValid(SecurityRule rule) => SecurityGroupValidation.Check(new SecurityGroup(new SecurityGroupId(1), "", [rule])).Count == 0;
}

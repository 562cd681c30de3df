using FsCheck;
using FsCheck.Fluent;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Random services at the <see cref="Site"/>, and changes of them.</summary>
internal static class Services
{
    private static readonly PortMapping[] s_mappings =
    [
        new(IpProtocol.Udp, 53, 5353), new(IpProtocol.Udp, 54, 5353), new(IpProtocol.Udp, 80, 80), new(IpProtocol.Tcp, 80, 8080), new(IpProtocol.Tcp, 53, 8080),
        new(IpProtocol.Sctp, 80, 81), new(IpProtocol.Sctp, 53, 53), new(IpProtocol.Tcp, 2000, 1000), new(IpProtocol.Udp, 2001, 1001),
    ];

    private static readonly string[][] s_pools = [["10.6.0.1", "10.6.0.2", "fd06::1", "192.0.2.1"], ["10.6.0.3", "fd06::3", "192.0.2.100"]];

    private static readonly Gen<PortMapping[]> s_ports =
        from count in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(2, 6)))
        from mappings in Gen.Elements(s_mappings).ArrayOf(count)
        from fates in Gen.Choose(0, 5).ArrayOf(count)
        select mappings.Select((mapping, i) => fates[i] < 4 ? mapping : mapping with { Vifs = [new VifId(Site.Tenants[fates[i] - 4])] })
            .DistinctBy(mapping => (mapping.Protocol, mapping.SourcePort))
            .ToArray();

    private static readonly Gen<FloatingIp> s_floatingIp =
        from vrf in Gen.Elements(Site.Vrfs)
        from party in Gen.Elements(Site.Services)
        from isIpv6 in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from members in Gen.Elements(Site.Tenants).ArrayOf(2)
        from direction in Gen.Frequency((3, Gen.Constant(FloatingIpDirection.Both)), (1, Gen.Elements(FloatingIpDirection.Ingress, FloatingIpDirection.Egress)))
        from ports in s_ports
        from isNarrow in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from isFixed in Gen.Frequency((6, Gen.Constant(false)), (1, Gen.Constant(true)))
        let vifs = members.Distinct().Select(vif => new VifId(vif)).ToArray()
        select new FloatingIp(new VrfId(vrf), party.Address(isIpv6))
        {
            Vifs = [.. vifs],
            Direction = direction,
            PortMappings = [.. ports.Where(mapping => mapping.Vifs.All(vifs.Contains))],
            SourcePrefixes = isNarrow ? [Prefix(isIpv6 ? "fd02::/16" : "10.2.0.0/24")] : [],
            FixedAddress = isFixed ? Site.Guests[0].Address(isIpv6) : null,
        };

    private static readonly Gen<EcmpMember> s_member =
        from nextHop in Gen.Frequency((3, Gen.Elements(Site.Tenants).Select(Site.ToTenant)), (4, Gen.Elements(Site.Tunnels)))
        from weight in Gen.Frequency((4, Gen.Constant(0u)), (1, Gen.Elements(1u, 2u, 5u)))
        from isDraining in Gen.Frequency((6, Gen.Constant(false)), (1, Gen.Constant(true)))
        from port in Gen.Frequency((6, Gen.Constant<ushort?>(null)), (1, Gen.Elements<ushort?>(53, 80)))
        from label in Gen.Frequency((5, Gen.Constant(0u)), (1, Gen.Constant(98u)))
        select new EcmpMember(new NextHopId(nextHop))
        {
            Weight = weight,
            Draining = isDraining,
            Label = Site.Tunnels.Contains(nextHop) ? label : 0,
            Ports = port is { } one ? [new ProtocolPort(IpProtocol.Tcp, one), new ProtocolPort(IpProtocol.Udp, one)] : [],
        };

    private static readonly Gen<EcmpNextHop> s_ecmp =
        from id in Gen.Elements(Site.ToGroups)
        from count in Gen.Frequency((1, Gen.Constant(0)), (12, Gen.Choose(1, 5)))
        from members in s_member.ArrayOf(count)
        from bySource in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from timeout in Gen.Elements(0, 20.5, 90.5)
        select new EcmpNextHop(new NextHopId(id))
        {
            Members = [.. members],
            Hash = bySource ? EcmpHash.SourceAddress : EcmpHash.FiveTuple,
            AffinityTimeout = bySource ? timeout * Site.Pace : TimeSpan.Zero,
        };

    // On the node's own address; some lead on, to a service in another VRF.
    private static readonly Gen<FloatingIp> s_nodePorts =
        from floatingIp in s_floatingIp
        from service in Gen.Elements(Site.Services)
        from vrf in Gen.Elements(Site.Vrfs)
        from translates in Gen.Elements(false, true)
        from udp in Gen.Elements<ushort>(53, 80)
        let isIpv6 = floatingIp.Address.IsIpv6
        let forward = new PortForward(new VrfId(vrf), service.Address(isIpv6), translates)
        let forwards = new[] { new PortMapping(IpProtocol.Udp, udp, 53), new PortMapping(IpProtocol.Tcp, 80, 80) }.Select(mapping => mapping with { Forward = forward })
        select floatingIp with
        {
            Vrf = default,
            Address = Site.Node.Address(isIpv6),
            PortMappings = [.. forwards.Concat(floatingIp.PortMappings).DistinctBy(mapping => (mapping.Protocol, mapping.SourcePort))],
        };

    // Where it is: at one of its members; and from the other VRF, through the one that it is in.
    private static readonly Gen<(FloatingIp FloatingIp, Route[] Access)> s_service =
        from floatingIp in s_floatingIp
        from member in Gen.Elements(floatingIp.Vifs.ToArray())
        from nextHop in Gen.Frequency((8, Gen.Constant(Site.ToTenant(member.Value))), (1, Gen.Elements(Site.Tunnels)), (4, Gen.Elements(Site.ToGroups)), (1, Gen.Constant(Site.Rejecting)))
        let prefix = IpPrefix.Host(floatingIp.Address).ToString()
        let vrf = floatingIp.Vrf.Value
        select (floatingIp, new[] { Site.Route(vrf, prefix, nextHop), Site.Route(3 - vrf, prefix, Site.ToVrfs[vrf - 1]) });

    // Those who leave, how, and where to.
    private static readonly Gen<(SourceNat Nat, Route[] Access)> s_nat =
        from id in Gen.Elements(1u, 2u)
        from vrf in Gen.Elements(Site.Vrfs)
        from outside in Gen.Frequency((2, Gen.Constant(3 - vrf)), (2, Gen.Constant(0u)))
        from addresses in Gen.Elements(s_pools[id - 1]).ArrayOf(2)
        from ports in Gen.Elements(SourceNat.AllPorts, new PortRange(1000, 1001), new PortRange(1000, 1000), new PortRange(2000, 2000))
        from isNarrow in Gen.Elements(false, false, true)
        from isExcluding in Gen.Elements(false, false, true)
        from way in Gen.Elements("10.2.0.0/16", "10.2.0.2/32", "fd02::/16", "198.51.100.0/24", "2001:db8:51::/48")
        from other in Gen.Elements("10.2.0.0/16", "198.51.100.0/24")
        let nextHop = outside == 0 ? Site.ToUnderlay : Site.ToVrfs[outside - 1]
        let nat = new SourceNat(new SourceNatId(id))
        {
            Vrf = new VrfId(vrf),
            OutsideVrf = new VrfId(outside),
            Addresses = [.. addresses.Distinct().Select(Ip)],
            Ports = ports,
            SourcePrefixes = isNarrow && addresses.Any(address => !Ip(address).IsIpv6) ? [Prefix("10.1.0.0/24")] : [],
            ExcludedDestinations = isExcluding ? [Prefix("10.2.0.3/32"), Prefix("fd02::3/128")] : [],
        }
        select (nat, new[] { Site.Route(vrf, way, nextHop), Site.Route(vrf, other, nextHop) });

    // To and behind groups of gateways; and longer than those that everybody has.
    private static readonly Gen<Route> s_outside =
        from vrf in Gen.Elements(Site.Vrfs)
        from prefix in Gen.Elements("10.2.0.2/32", "10.2.0.0/24", "10.3.0.0/24", "fd02::/64", "fd03::/64", "10.1.0.2/32", "10.1.0.4/32")
        from nextHop in Gen.Frequency((3, Gen.Elements(Site.Tunnels)), (1, Gen.Elements(Site.ToVrfs)), (3, Gen.Elements(Site.ToGroups)), (1, Gen.Constant(Site.Rejecting)))
        select Site.Route(vrf, prefix, nextHop);

    /// <summary>What is there from the beginning.</summary>
    public static Gen<Transaction> Setups { get; } =
        from services in s_service.ArrayOf(4)
        from nodePorts in s_nodePorts.ArrayOf(1)
        from nats in s_nat.ArrayOf(3)
        from groups in s_ecmp.ArrayOf(4)
        from outside in s_outside.ArrayOf(3)
        select new Transaction
        {
            NextHops = [.. Ground(), .. groups.Concat(Site.ToGroups.Select(id => new EcmpNextHop(new NextHopId(id)))).DistinctBy(one => one.Id)],
            FloatingIps = [.. services.Select(service => service.FloatingIp).Concat(nodePorts).DistinctBy(one => (one.Vrf, one.Address))],
            SourceNats = [.. nats.Select(nat => nat.Nat).DistinctBy(nat => nat.Id)],
            Routes = [.. services.SelectMany(service => service.Access).Concat(nats.SelectMany(nat => nat.Access)).Concat(outside).DistinctBy(route => (route.Vrf, route.Prefix))],
        };

    /// <summary>What changes at a time; where there are no services some of it is refused.</summary>
    public static Gen<Transaction> Changes { get; } = Gen.Frequency(
        (3, s_floatingIp.Select(floatingIp => new Transaction { FloatingIps = [floatingIp] })),
        (2, s_floatingIp.Select(floatingIp => new Transaction { Deletes = [ObjectKey.Of(floatingIp.Vrf, floatingIp.Address)] })),
        (2, s_nodePorts.Select(floatingIp => new Transaction { FloatingIps = [floatingIp] })),
        (1, s_nodePorts.Select(floatingIp => new Transaction { Deletes = [ObjectKey.Of(floatingIp.Vrf, floatingIp.Address)] })),
        (2, s_nat.Select(nat => new Transaction { SourceNats = [nat.Nat] })),
        (1, s_nat.Select(nat => new Transaction { Routes = [.. nat.Access.DistinctBy(route => route.Prefix)] })),
        (1, s_nat.Select(nat => new Transaction { Deletes = [ObjectKey.Of(nat.Nat.Id)] })),
        (4, s_ecmp.Select(one => new Transaction { NextHops = [one] })),
        (2, s_service.Select(service => new Transaction { Routes = [.. service.Access] })),
        (1, s_outside.Select(route => new Transaction { Routes = [route] })),
        (1, s_outside.Select(route => new Transaction { Deletes = [ObjectKey.Of(route.Vrf, route.Prefix)] })));

    private static IEnumerable<NextHop> Ground() =>
        Site.Tenants.Select(vif => (NextHop)new VifNextHop(new NextHopId(Site.ToTenant(vif)), new VifId(vif))).Append(new RejectNextHop(new NextHopId(Site.Rejecting)));
}

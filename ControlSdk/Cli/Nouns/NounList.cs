using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary>The kinds of objects, and what is to be seen of each at a glance.</summary>
internal static class NounList
{
    public static IEnumerable<Command> Commands() =>
    [
        new NounCommand<V1.Interface>(Vifs).Create(),
        new NounCommand<V1.Vrf>(Vrfs).Create(),
        new NounCommand<V1.NextHop>(NextHops).Create(),
        RouteCommand.Create(),
        new NounCommand<V1.MacRoute>(MacRoutes).Create(),
        new NounCommand<V1.Label>(Labels).Create(),
        new NounCommand<V1.Vni>(Vnis).Create(),
        new NounCommand<V1.SecurityGroup>(SecurityGroups).Create(),
        new NounCommand<V1.FloatingIp>(FloatingIps).Create(),
        new NounCommand<V1.SourceNat>(SourceNats).Create(),
    ];

    public static Noun<V1.Interface> Vifs { get; } = new(
        "vif", "interface", ["ID"], key => new() { Interface = KeyText.Number(key[0]) }, "interfaces", config => config.Interfaces,
        [
            new("ID", vif => Amount.Of(vif.Id), IsNumber: true),
            new("NAME", vif => vif.Name),
            new("KIND", vif => vif.Kind.ToString().ToUpperInvariant()),
            new("VRF", vif => Amount.Of(vif.Vrf), IsNumber: true),
            new("MAC", vif => vif.Mac),
            new("ADDRESSES", vif => string.Join(',', vif.Addresses)),
            new("GROUPS", vif => string.Join(',', vif.SecurityGroups)),
            new("LABEL", vif => Amount.OrNothing(vif.Label), IsNumber: true),
            new("MTU", vif => Amount.Of(vif.Mtu), IsNumber: true),
            new("PORT", vif => PortText.Of(vif.Port)),
        ])
    {
        VrfOf = vif => vif.Vrf,
        NameOf = vif => vif.Name,
    };

    public static Noun<V1.Vrf> Vrfs { get; } = new(
        "vrf", "VRF", ["ID"], key => new() { Vrf = KeyText.Number(key[0]) }, "vrfs", config => config.Vrfs,
        [
            new("ID", vrf => Amount.Of(vrf.Id), IsNumber: true),
            new("NAME", vrf => vrf.Name),
            new("MODE", vrf => ModeOf(vrf.ForwardingMode)),
            new("FLOODS", vrf => vrf.FloodUnknownUnicast ? "yes" : "no"),
            new("LEARNS", vrf => vrf.MacLearning ? "yes" : "no"),
            new("RPF", vrf => vrf.RpfDisabled ? "off" : "on"),
        ])
    {
        NameOf = vrf => vrf.Name,
    };

    public static Noun<V1.NextHop> NextHops { get; } = new(
        "nh", "next hop", ["ID"], key => new() { NextHop = KeyText.Number(key[0]) }, "next_hops", config => config.NextHops,
        [
            new("ID", nextHop => Amount.Of(nextHop.Id), IsNumber: true),
            new("DOES", NextHopText.Of),
        ]);

    public static Noun<V1.Route> Routes { get; } = new(
        "rt", "route", ["VRF", "PREFIX"],
        key => new() { Route = new V1.RouteKey { Vrf = KeyText.Number(key[0]), Prefix = KeyText.Prefix(key[1]) } },
        "routes", config => config.Routes,
        [
            new("VRF", route => Amount.Of(route.Vrf), IsNumber: true),
            new("PREFIX", route => route.Prefix),
            new("NEXT HOP", route => Amount.OrNothing(route.NextHop), IsNumber: true),
            new("LABEL", route => Amount.OrNothing(route.Label), IsNumber: true),
            new("GROUPS", route => string.Join(',', route.SecurityGroups)),
            new("PROXY ARP", route => route.ProxyArp ? "yes" : ""),
            new("MAC", route => route.Mac),
        ])
    {
        VrfOf = route => route.Vrf,
        CanBeDerived = true,
    };

    public static Noun<V1.MacRoute> MacRoutes { get; } = new(
        "mac", "MAC route", ["VRF", "MAC"],
        key => new() { MacRoute = new V1.MacRouteKey { Vrf = KeyText.Number(key[0]), Mac = KeyText.Mac(key[1]) } },
        "mac_routes", config => config.MacRoutes,
        [
            new("VRF", route => Amount.Of(route.Vrf), IsNumber: true),
            new("MAC", route => route.Mac),
            new("NEXT HOP", route => Amount.OrNothing(route.NextHop), IsNumber: true),
            new("LABEL", route => Amount.OrNothing(route.Label), IsNumber: true),
        ])
    {
        VrfOf = route => route.Vrf,
        CanBeDerived = true,
    };

    public static Noun<V1.Label> Labels { get; } = new(
        "mpls", "label", ["LABEL"], key => new() { Label = KeyText.Number(key[0]) }, "labels", config => config.Labels,
        [
            new("LABEL", label => Amount.Of(label.Label_), IsNumber: true),
            new("NEXT HOP", label => Amount.Of(label.NextHop), IsNumber: true),
            new("PAYLOAD", label => label.Payload == V1.Label.Types.Payload.Ethernet ? "Ethernet" : "IP"),
        ]);

    public static Noun<V1.Vni> Vnis { get; } = new(
        "vxlan", "VNI", ["VNI"], key => new() { Vni = KeyText.Number(key[0]) }, "vnis", config => config.Vnis,
        [
            new("VNI", vni => Amount.Of(vni.Vni_), IsNumber: true),
            new("VRF", vni => Amount.Of(vni.Vrf), IsNumber: true),
        ])
    {
        VrfOf = vni => vni.Vrf,
    };

    public static Noun<V1.SecurityGroup> SecurityGroups { get; } = new(
        "sg", "security group", ["ID"], key => new() { SecurityGroup = KeyText.Number(key[0]) }, "security_groups", config => config.SecurityGroups,
        [
            new("ID", group => Amount.Of(group.Id), IsNumber: true),
            new("NAME", group => group.Name),
            new("INGRESS", group => CountOf(group, V1.SecurityGroup.Types.Rule.Types.Direction.Ingress), IsNumber: true),
            new("EGRESS", group => CountOf(group, V1.SecurityGroup.Types.Rule.Types.Direction.Egress), IsNumber: true),
        ])
    {
        NameOf = group => group.Name,
    };

    public static Noun<V1.FloatingIp> FloatingIps { get; } = new(
        "fip", "floating IP", ["VRF", "ADDRESS"],
        key => new() { FloatingIp = new V1.FloatingIpKey { Vrf = KeyText.Number(key[0]), Address = KeyText.Address(key[1]) } },
        "floating_ips", config => config.FloatingIps,
        [
            new("VRF", ip => Amount.Of(ip.Vrf), IsNumber: true),
            new("ADDRESS", ip => ip.Address),
            new("INTERFACES", ip => string.Join(',', ip.Interfaces)),
            new("FIXED", ip => ip.FixedAddress),
            new("DIRECTION", ip => ip.Direction.ToString().ToUpperInvariant()),
            new("PORTS", ip => string.Join(',', ip.PortMappings.Select(PortText.Of))),
        ])
    {
        VrfOf = ip => ip.Vrf,
    };

    public static Noun<V1.SourceNat> SourceNats { get; } = new(
        "snat", "source NAT", ["ID"], key => new() { SourceNat = KeyText.Number(key[0]) }, "source_nats", config => config.SourceNats,
        [
            new("ID", nat => Amount.Of(nat.Id), IsNumber: true),
            new("VRF", nat => Amount.Of(nat.Vrf), IsNumber: true),
            new("SOURCES", nat => string.Join(',', nat.SourcePrefixes)),
            new("EXCEPT TO", nat => string.Join(',', nat.ExcludedDestinations)),
            new("ADDRESSES", nat => string.Join(',', nat.Addresses)),
            new("PORTS", nat => nat.Ports is null ? "" : $"{nat.Ports.First}-{nat.Ports.Last}"),
            new("OUTSIDE VRF", nat => Amount.Of(nat.OutsideVrf), IsNumber: true),
        ])
    {
        VrfOf = nat => nat.Vrf,
    };

    private static string ModeOf(V1.Vrf.Types.ForwardingMode mode) => mode switch
    {
        V1.Vrf.Types.ForwardingMode.L2 => "L2",
        V1.Vrf.Types.ForwardingMode.L3 => "L3",
        _ => "L2_L3",
    };

    private static string CountOf(V1.SecurityGroup group, V1.SecurityGroup.Types.Rule.Types.Direction direction) =>
        Amount.Of((ulong)group.Rules.Count(rule => rule.Direction == direction));
}

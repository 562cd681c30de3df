using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Reference;

/// <summary>
/// Where scenarios take place. FABRIC 1, tenants 2 and 3 in VRF 1, 4 and 5 in VRF 2, HOST 9; peers 0 and 1 over IPv4, 2 over IPv6, all with known MACs. What the
/// scenarios vary (routes, groups, what tenants may) is not here.
/// </summary>
internal static class Site
{
    public const uint Fabric = 1, Host = 9, ToHost = 40;
    public const string FabricMac = "02:00:00:00:00:01", PeerMac = "02:00:00:00:00:99", HostMac = "02:00:00:00:00:09";

    public static readonly uint[] Tenants = [2, 3, 4, 5];
    public static readonly uint[] Vrfs = [1, 2];

    /// <summary>Tunnel ends of the underlay.</summary>
    public static readonly string[] Peers = ["192.0.2.2", "192.0.2.3", "2001:db8::2"];

    public static readonly Party[] Guests = [.. Tenants.Select(vif => new Party(vif, $"10.1.0.{vif}", $"fd01::{vif}"))];
    public static readonly Party Stack = new(Host, "10.9.0.9", "fd09::9");
    public static readonly Party[] Remotes = [new(0, "10.2.0.2", "fd02::2"), new(0, "10.2.0.3", "fd02::3"), new(0, "10.2.1.1", "fd02:0:1::1"), new(0, "10.3.0.1", "fd03::1")];

    /// <summary>Addresses that floating IPs may have.</summary>
    public static readonly Party[] Services = [new(0, "10.5.0.1", "fd05::1"), new(0, "10.5.0.2", "fd05::2")];

    /// <summary>The node by its own address, and somebody on the underlay.</summary>
    public static readonly Party Node = new(Host, "192.0.2.1", "2001:db8::1"), Stranger = new(Fabric, "198.51.100.7", "2001:db8:51::7");

    /// <summary>Numbers of next hops: tunnels to the peers, by every encapsulation; the VRFs; discard; the host.</summary>
    public static readonly uint[] Tunnels = [10, 11, 12], ToVrfs = [21, 22], Others = [30, ToHost];

    /// <summary>The next hop that rejects, and that to VRF 0.</summary>
    public const uint Rejecting = 31, ToUnderlay = 20;

    public static uint VrfOf(uint vif) => vif is 0 or Host or Fabric ? 0u : vif < 4 ? 1u : 2u;

    /// <summary>Groups of next hops.</summary>
    public static readonly uint[] ToGroups = [60, 61];

    /// <summary>The next hop to a tenant.</summary>
    public static uint ToTenant(uint vif) => 50 + vif;

    public static uint Vni(uint vrf) => 5000 + vrf;

    public static uint VrfLabel(uint vrf) => 2000 + vrf;

    public static uint VifLabel(uint vif) => 1000 + vif;

    public static string Endpoint(bool isIpv6) => isIpv6 ? "2001:db8::1" : "192.0.2.1";

    public static string TenantMac(uint vif) => $"02:00:00:00:01:0{vif}";

    /// <summary>What is there in every scenario.</summary>
    public static Transaction Ground() => new()
    {
        Vrfs = [.. Vrfs.Select(vrf => new Vrf(new VrfId(vrf)) { Name = $"vrf {9 - vrf}", ForwardingMode = ForwardingMode.L3 })],
        Vifs =
        [
            new Vif(new VifId(Fabric), VifKind.Fabric) { Mac = Mac(FabricMac), Addresses = [Prefix(Endpoint(false) + "/24"), Prefix(Endpoint(true) + "/64")] },
            new Vif(new VifId(Host), VifKind.Host) { Mac = Mac(HostMac) },
            .. Tenants.Select(Tenant),
        ],
        NextHops =
        [
            new TunnelNextHop(new NextHopId(10), EncapsulationKind.Vxlan, Ip(Peers[0])) { Label = Vni(1) },
            new TunnelNextHop(new NextHopId(11), EncapsulationKind.MplsOverUdp, Ip(Peers[1])) { Label = 77 },
            new TunnelNextHop(new NextHopId(12), EncapsulationKind.MplsOverGre, Ip(Peers[2])) { Label = 78 },
            new VrfNextHop(new NextHopId(ToUnderlay), default),
            .. Vrfs.Select(vrf => new VrfNextHop(new NextHopId(20 + vrf), new VrfId(vrf))),
            new DiscardNextHop(new NextHopId(30)),
            new HostNextHop(new NextHopId(ToHost)),
            new VifNextHop(new NextHopId(90), new VifId(Fabric)) { Mac = Mac(PeerMac) },
        ],
        Routes = [.. Peers.Select(peer => new Route(default, IpPrefix.Host(Ip(peer)), new NextHopId(90))), Route(0, "198.51.100.0/24", 90), Route(0, "2001:db8:51::/48", 90)],
        Labels = [.. Vrfs.Select(vrf => new LabelEntry(new MplsLabel(VrfLabel(vrf)), new NextHopId(20 + vrf)))],
        Vnis = [.. Vrfs.Select(vrf => new VniEntry(new Vni(Vni(vrf)), new VrfId(vrf)))],
    };

    /// <summary>By which everybody would reach everybody: the remote ones through their tunnels, the other VRF's guests through that VRF.</summary>
    public static Route[] Routes() =>
    [
        .. Vrfs.SelectMany(vrf => new[]
        {
            Route(vrf, "10.2.0.0/16", 10), Route(vrf, "10.3.0.0/16", 11), Route(vrf, "fd02::/16", 10), Route(vrf, "fd03::/16", 12),
            Route(vrf, "10.9.0.0/24", ToHost), Route(vrf, "fd09::/16", ToHost),
        }),
        Route(1, "10.1.0.4/31", 22), Route(1, "fd01::4/127", 22), Route(2, "10.1.0.2/31", 21), Route(2, "fd01::2/127", 21),
        Route(0, "10.1.0.2/31", 21), Route(0, "fd01::2/127", 21), Route(0, "10.1.0.4/31", 22), Route(0, "fd01::4/127", 22),
    ];

    public static Route Route(uint vrf, string prefix, uint nextHop) => new(new VrfId(vrf), Prefix(prefix), new NextHopId(nextHop));

    /// <summary>A router in front of a remote party.</summary>
    public static Party RouterOf(Party remote) => remote.Ipv4.StartsWith("10.3.", StringComparison.Ordinal)
        ? new Party(0, "10.3.0.250", "fd03::fa")
        : new Party(0, "10.2.0.250", "fd02::fa");

    /// <summary>The peer that a remote party is behind, by <see cref="Routes"/>.</summary>
    public static int PeerOf(Party remote, bool isIpv6) => remote.Ipv4.StartsWith("10.3.", StringComparison.Ordinal) ? isIpv6 ? 2 : 1 : 0;

    /// <summary>The time from a packet to the next, longer than clocks tick: all happens at multiples of it.</summary>
    public static TimeSpan Pace { get; } = TimeSpan.FromMilliseconds(110);

    /// <summary>Time-outs short enough to be waited for. They end between multiples of the pace, as the 5 s of denied flows and the 2 s of fragments do, so that it is clear what is over.</summary>
    public static Settings Settings { get; } = new()
    {
        FlowTimeouts = new FlowTimeouts
        {
            TcpNew = 33.5 * Pace,
            TcpEstablished = 111.5 * Pace,
            TcpClosing = 11.5 * Pace,
            Udp = 67.5 * Pace,
            Icmp = 22.5 * Pace,
            Other = 44.5 * Pace,
        },

        // Of what has lost its tunnel some packets, though dropped, have a flow decided anew that others have not.
        TrustedTunnelSources = [Prefix("192.0.2.0/24"), Prefix("2001:db8::/32")],
    };

    /// <summary>A tenant without groups.</summary>
    public static Vif Tenant(uint id) => new(new VifId(id), VifKind.Tenant)
    {
        Mac = Mac(TenantMac(id)),
        Vrf = new VrfId(VrfOf(id)),
        Addresses = [Prefix($"10.1.0.{id}"), Prefix($"fd01::{id}")],
        Gateways = [Ip("10.1.0.1"), Ip("fd01::1")],
    };
}

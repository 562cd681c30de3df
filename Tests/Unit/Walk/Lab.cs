using VRouter.Encap;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk;

/// <summary>
/// The node that most tests walk through: FABRIC 1 with a peer whose MAC is known, tenants 2 and 3 in VRF 1, tenant 4 with an
/// address of theirs in VRF 2, HOST 9. Peers' overlay: 10.2.0.0/16 and fd02::/16 behind next hop 10.
/// </summary>
internal static class Lab
{
    public const string VirtualMac = "00:00:5e:00:01:00";
    public const string FabricMac = "02:00:00:00:00:01";
    public const string PeerMac = "02:00:00:00:00:99";
    public const string HostMac = "02:00:00:00:00:09";

    public const uint Fabric = 1, Tenant = 2, Neighbour = 3, Other = 4, Host = 9;
    public const uint Vni = 5001, RemoteLabel = 4711, VifLabel = 1002, VrfLabel = 2001;

    public static string TenantMac(uint vif) => $"02:00:00:00:01:0{vif}";

    public static string Address(uint vif, bool isIpv6) => isIpv6 ? $"fd01::{vif}" : $"10.1.0.{vif}";

    public static string Remote(bool isIpv6) => isIpv6 ? "fd02::2" : "10.2.0.2";

    public static string Endpoint(bool isIpv6) => isIpv6 ? "2001:db8::1" : "192.0.2.1";

    public static string Peer(bool isIpv6) => isIpv6 ? "2001:db8::2" : "192.0.2.2";

    public static Node Start(EncapsulationKind kind = EncapsulationKind.Vxlan, bool overIpv6 = false, ushort vlan = 0, DataPlaneOptions? options = null) =>
        new Node(options).Apply(Configuration(kind, overIpv6, vlan));

    /// <summary>The same with tenants whose packets are of no flow.</summary>
    public static Node StartUntracked()
    {
        Transaction configuration = Configuration();
        Vif[] vifs = [.. configuration.Vifs.Select(vif => vif.Kind == VifKind.Tenant ? vif with { PolicyDisabled = true } : vif)];
        configuration.Vifs.Clear();
        configuration.Vifs.AddRange(vifs);
        return new Node().Apply(configuration);
    }

    public static Transaction Configuration(EncapsulationKind kind = EncapsulationKind.Vxlan, bool overIpv6 = false, ushort vlan = 0) => new()
    {
        Vrfs = [new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 }, new Vrf(new VrfId(2)) { ForwardingMode = ForwardingMode.L3 }],
        Vifs =
        [
            new Vif(new VifId(Fabric), VifKind.Fabric)
            {
                Mac = Mac(FabricMac),
                Addresses = [Prefix(Endpoint(false) + "/24"), Prefix(Endpoint(true) + "/64")],
                Vlan = vlan,
            },
            TenantVif(Tenant, 1, vlan) with { Label = new MplsLabel(VifLabel) },
            TenantVif(Neighbour, 1, vlan),
            TenantVif(Other, 2, vlan) with { Addresses = [Prefix(Address(Neighbour, false)), Prefix(Address(Neighbour, true))] },
            new Vif(new VifId(Host), VifKind.Host) { Mac = Mac(HostMac), Vlan = vlan },
        ],
        NextHops =
        [
            new TunnelNextHop(new NextHopId(10), kind, Ip(Peer(overIpv6))) { Label = kind == EncapsulationKind.Vxlan ? Vni : 0 },
            new VrfNextHop(new NextHopId(20), new VrfId(1)),
            new DiscardNextHop(new NextHopId(30)),
            new HostNextHop(new NextHopId(40)),
            new VifNextHop(new NextHopId(90), new VifId(Fabric)) { Mac = Mac(PeerMac) },
        ],
        Routes =
        [
            Route(0, Peer(false) + "/32", 90),
            Route(0, Peer(true) + "/128", 90),
            Route(1, "10.2.0.0/16", 10, kind == EncapsulationKind.Vxlan ? 0 : RemoteLabel),
            Route(1, "fd02::/16", 10, kind == EncapsulationKind.Vxlan ? 0 : RemoteLabel),
        ],
        Labels = [new LabelEntry(new MplsLabel(VrfLabel), new NextHopId(20))],
        Vnis = [new VniEntry(new Vni(Vni), new VrfId(1))],
    };

    public static Route Route(uint vrf, string prefix, uint nextHop, uint label = 0) => new(new VrfId(vrf), Prefix(prefix), new NextHopId(nextHop)) { Label = label };

    public static Vif TenantVif(uint id, uint vrf, ushort vlan = 0) => new(new VifId(id), VifKind.Tenant)
    {
        Mac = Mac(TenantMac(id)),
        Vrf = new VrfId(vrf),
        Addresses = [Prefix(Address(id, false)), Prefix(Address(id, true))],
        Gateways = [Ip("10.1.0.1"), Ip("fd01::1"), Ip("fe80::1")],
        Vlan = vlan,
    };

    /// <summary>A frame from a tenant to the virtual MAC.</summary>
    public static byte[] FromTenant(byte[] packet, uint vif = Tenant, ushort vlan = 0) => Craft.Ethernet(VirtualMac, TenantMac(vif), packet, vlan: vlan);

    /// <summary>A frame from the peer on the underlay.</summary>
    public static byte[] FromPeer(byte[] packet, ushort vlan = 0) => Craft.Ethernet(FabricMac, PeerMac, packet, vlan: vlan);

    /// <summary>A packet out of the peer's tunnel that the node takes under each of its labels: the VNI, or the VRF's.</summary>
    public static byte[] FromTunnel(EncapsulationKind kind, byte[] packet, bool overIpv6 = false, byte ttl = 64, byte ecn = 0) => FromPeer(Craft.Tunnelled(
        kind, Peer(overIpv6), Endpoint(overIpv6), kind == EncapsulationKind.Vxlan ? Vni : VrfLabel, packet, ttl, ecn));
}

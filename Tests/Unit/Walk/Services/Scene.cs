using VRouter.Encap;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>
/// The Lab with more around it: VRF 5, "public", in which 198.51.100.0/24 is behind the peer's tunnel and 203.0.113.0/24 is for floating IPs; the underlay
/// beyond the peer, 192.0.2.64/26 and the rest; tunnels to the peer and to another one; next hops and labels to both tenants.
/// </summary>
internal static class Scene
{
    public const uint Public = 5, PublicVni = 7005, PublicLabel = 2005, PeersLabel = 4705;
    public const uint ToPublic = 15, ToPublicByLabel = 16, IntoPublic = 25, IntoUnderlay = 26, ToTenant = 12, ToNeighbour = 13, ToOther = 14;
    public const uint NeighbourLabel = 1003;
    public const string SecondPeer = "192.0.2.3", ThirdPeer = "192.0.2.4";

    /// <summary>An address for a floating IP in the public VRF.</summary>
    public static string Floating(bool isIpv6 = false, int number = 10) => isIpv6 ? $"2001:db8:113::{number}" : $"203.0.113.{number}";

    /// <summary>Somebody in the public VRF, behind the peer's tunnel.</summary>
    public static string Outsider(bool isIpv6 = false, int number = 7) => isIpv6 ? $"2001:db8:51::{number}" : $"198.51.100.{number}";

    /// <summary>Somebody on the underlay, behind the peer as a router.</summary>
    public static string Stranger(bool isIpv6 = false, int number = 7) => isIpv6 ? $"2001:db8:77::{number}" : $"192.88.77.{number}";

    public static Node Start(EncapsulationKind kind = EncapsulationKind.Vxlan, DataPlaneOptions? options = null, int queues = 0)
    {
        var node = new Node(options) { Queues = queues };
        node.Apply(Lab.Configuration(kind));
        return node.Apply(Around(kind));
    }

    public static Side Tenant(ushort port, bool isIpv6 = false, uint vif = Lab.Tenant) => new(Door.Tenant(vif), Lab.Address(vif, isIpv6), port);

    public static Side Outside(ushort port, bool isIpv6 = false, int number = 7) => new(Door.Vni(PublicVni), Outsider(isIpv6, number), port);

    public static FloatingIp Float(string address, params uint[] vifs) => Float(Public, address, vifs);

    public static FloatingIp Float(uint vrf, string address, params uint[] vifs) => new(new VrfId(vrf), Ip(address)) { Vifs = [.. vifs.Select(vif => new VifId(vif))] };

    public static PortMapping Map(byte protocol, ushort port, ushort guestPort, params uint[] vifs) =>
        new(protocol, port, guestPort) { Vifs = [.. vifs.Select(vif => new VifId(vif))] };

    public static Node Apply(this Node node, params FloatingIp[] floatingIps) => node.Apply(new Transaction { FloatingIps = [.. floatingIps] });

    public static Node Apply(this Node node, SourceNat nat) => node.Apply(new Transaction { SourceNats = [nat] });

    public static Node Routes(this Node node, uint vrf, string address, uint nextHop, uint label = 0) =>
        node.Apply(Lab.Route(vrf, IpPrefix.Host(Ip(address)).ToString(), nextHop, label));

    private static Transaction Around(EncapsulationKind kind)
    {
        uint publicLabel = kind == EncapsulationKind.Vxlan ? 0 : PeersLabel;

        return new Transaction
        {
            Vrfs = [new Vrf(new VrfId(Public)) { Name = "public", ForwardingMode = ForwardingMode.L3 }],
            Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { Label = new MplsLabel(NeighbourLabel) }],
            NextHops =
            [
                new TunnelNextHop(new NextHopId(ToPublic), kind, Ip(Lab.Peer(false))) { Label = kind == EncapsulationKind.Vxlan ? PublicVni : 0 },
                new VrfNextHop(new NextHopId(IntoPublic), new VrfId(Public)),
                new VrfNextHop(new NextHopId(IntoUnderlay), new VrfId(0)),
                new VifNextHop(new NextHopId(ToTenant), new VifId(Lab.Tenant)),
                new VifNextHop(new NextHopId(ToNeighbour), new VifId(Lab.Neighbour)),
                new VifNextHop(new NextHopId(ToOther), new VifId(Lab.Other)),
            ],
            Routes =
            [
                Lab.Route(0, SecondPeer + "/32", 90),
                Lab.Route(0, ThirdPeer + "/32", 90),
                Lab.Route(0, "192.88.77.0/24", 90),
                Lab.Route(0, "2001:db8:77::/48", 90),
                Lab.Route(Public, "198.51.100.0/24", ToPublic, publicLabel),
                Lab.Route(Public, "2001:db8:51::/48", ToPublic, publicLabel),
            ],
            Labels = [new LabelEntry(new MplsLabel(PublicLabel), new NextHopId(IntoPublic))],
            Vnis = [new VniEntry(new Vni(PublicVni), new VrfId(Public))],
        };
    }
}

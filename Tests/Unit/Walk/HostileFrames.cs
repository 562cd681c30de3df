using VRouter.Encap;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Frames that reach every corner of the walk, to be cut and changed.</summary>
internal static class HostileFrames
{
    /// <summary>Where they arrive, and what they are.</summary>
    public static readonly (uint Vif, byte[] Frame)[] All = [.. Tenants(), .. Tunnels(), .. Underlay()];

    /// <summary>A copy whose IPv4 header checksums are right again, so that what was changed is looked at.</summary>
    public static byte[] Repaired(byte[] frame)
    {
        byte[] copy = [.. frame];

        // Behind Ethernet; in VXLAN, MPLS over UDP and MPLS over GRE, over IPv4 and over IPv6.
        foreach (int offset in (int[])[14, 64, 46, 42, 84, 66, 62])
        {
            if (offset + Ipv4Header.Size <= copy.Length && copy[offset] >> 4 == 4)
            {
                Span<byte> header = copy.AsSpan(offset, Math.Min(Math.Max((copy[offset] & 15) * 4, Ipv4Header.Size), copy.Length - offset));
                header[10] = header[11] = 0;
                ushort checksum = Checksum.Of(header);
                (header[10], header[11]) = ((byte)(checksum >> 8), (byte)checksum);
            }
        }

        return copy;
    }

    private static IEnumerable<(uint Vif, byte[] Frame)> Tenants()
    {
        string all = "ff:ff:ff:ff:ff:ff", own = Lab.TenantMac(Lab.Tenant);

        foreach (bool isIpv6 in (bool[])[false, true])
        {
            string from = Lab.Address(Lab.Tenant, isIpv6), near = Lab.Address(Lab.Neighbour, isIpv6), far = Lab.Remote(isIpv6);
            yield return (Lab.Tenant, Lab.FromTenant(Craft.Udp(from, near)));
            yield return (Lab.Tenant, Lab.FromTenant(Craft.Udp(from, far, ttl: 1)));
            yield return (Lab.Tenant, Lab.FromTenant(Craft.Tcp(from, far, TcpFlags.Syn, Wire.Bytes("020405b4 01030307 0402 0000"))));
            yield return (Lab.Tenant, Lab.FromTenant(Craft.Echo(from, isIpv6 ? "fd01::1" : "10.1.0.1")));
            yield return (Lab.Tenant, Lab.FromTenant(Craft.Icmp(from, far, isIpv6 ? (byte)1 : (byte)3, 0, 0, Craft.Udp(far, from))));
            yield return (Lab.Tenant, Lab.FromTenant(Craft.Udp(from, far, new byte[1500])));
        }

        yield return (Lab.Tenant, Lab.FromTenant(Craft.Ip("10.1.0.2", "10.2.0.2", IpProtocol.Udp, new byte[1490], options: Wire.Bytes("94040000 83070400 00000000"))));
        yield return (Lab.Tenant, Lab.FromTenant(Craft.Ip("10.1.0.2", "10.1.0.3", IpProtocol.Tcp, new byte[24], flags: Ipv4Header.MoreFragments)));
        yield return (Lab.Tenant, Lab.FromTenant(Craft.Ip("fd01::2", "fd02::2", IpProtocol.HopByHop, Wire.Bytes("2b00010400000000 2c00000000000000 3c000001 00000007 1100010400000000 03e807d0 00080000"))));
        yield return (Lab.Tenant, Craft.Ethernet(all, own, Craft.Arp(1, own, "10.1.0.2", "10.1.0.1"), EtherType.Arp));
        yield return (Lab.Tenant, Craft.Ethernet("33:33:ff:00:00:01", own, Craft.Neighbour("fd01::2", "ff02::1:ff00:1", Icmpv6Type.NeighbourSolicitation, "fd01::1", mac: own)));
        yield return (Lab.Tenant, Craft.Ethernet("33:33:00:00:00:01", own, Craft.Neighbour("fd01::2", "ff02::1", Icmpv6Type.NeighbourAdvertisement, "fd01::2", mac: own)));
        yield return (Lab.Tenant, Craft.Ethernet(all, own, Craft.Udp("0.0.0.0", "255.255.255.255", from: 68, to: 67)));
    }

    private static IEnumerable<(uint Vif, byte[] Frame)> Tunnels()
    {
        foreach (EncapsulationKind kind in (EncapsulationKind[])[EncapsulationKind.Vxlan, EncapsulationKind.MplsOverUdp, EncapsulationKind.MplsOverGre])
        {
            foreach (bool overIpv6 in (bool[])[false, true])
            {
                yield return (Lab.Fabric, Lab.FromTunnel(kind, Craft.Tcp("10.2.0.2", "10.1.0.2", TcpFlags.Syn, Wire.Bytes("020405b4")), overIpv6, ecn: 2));
                yield return (Lab.Fabric, Lab.FromTunnel(kind, Craft.Udp("fd02::2", "fd01::2", ttl: 2), overIpv6));
            }
        }

        yield return (Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.1.0.2", ttl: 1)));
        yield return (Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, "192.0.2.2", "192.0.2.1", Lab.VifLabel, Craft.Udp("10.2.0.2", "10.1.0.2"))));
        yield return (Lab.Fabric, Lab.FromPeer(Craft.Udp("192.0.2.2", "192.0.2.1", Craft.Vxlan(Lab.Vni, Craft.Ethernet(Lab.VirtualMac, Lab.PeerMac, Craft.Udp("10.2.0.2", "10.1.0.2"))), to: 4789)));
        yield return (Lab.Fabric, Lab.FromPeer(Craft.Ip("192.0.2.2", "192.0.2.1", IpProtocol.Gre, [.. Wire.Bytes("b0008847 00000000 00000007 00000001"), .. Craft.Mpls(Lab.VrfLabel, Craft.Udp("10.2.0.2", "10.1.0.2"))])));
        yield return (Lab.Fabric, Lab.FromPeer(Craft.Udp("192.0.2.2", "192.0.2.1", Craft.Mpls(Lab.VrfLabel, Craft.Mpls(17, Craft.Udp("10.2.0.2", "10.1.0.2")), isBottom: false), to: 6635)));
    }

    private static IEnumerable<(uint Vif, byte[] Frame)> Underlay()
    {
        string all = "ff:ff:ff:ff:ff:ff";
        yield return (Lab.Fabric, Lab.FromPeer(Craft.Udp("203.0.113.9", "192.0.2.1")));
        yield return (Lab.Fabric, Lab.FromPeer(Craft.Tcp("2001:db8:9::9", "2001:db8::1", TcpFlags.Ack)));
        yield return (Lab.Fabric, Lab.FromPeer(Craft.Udp("192.0.2.2", "203.0.113.77")));
        yield return (Lab.Fabric, Craft.Ethernet(all, Lab.PeerMac, Craft.Arp(1, Lab.PeerMac, "192.0.2.2", "192.0.2.1"), EtherType.Arp));
        yield return (Lab.Fabric, Craft.Ethernet("33:33:ff:00:00:01", Lab.PeerMac, Craft.Neighbour("2001:db8::2", "ff02::1:ff00:1", Icmpv6Type.NeighbourSolicitation, "2001:db8::1", mac: Lab.PeerMac)));
        yield return (Lab.Fabric, Lab.FromPeer(Craft.Neighbour("2001:db8::2", "2001:db8::1", Icmpv6Type.NeighbourAdvertisement, "2001:db8::2", NeighbourHeader.Solicited, Lab.PeerMac)));
        yield return (Lab.Host, Craft.Ethernet(Lab.PeerMac, Lab.HostMac, Craft.Udp("192.0.2.1", "203.0.113.1")));
        yield return (Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, Craft.Udp("2001:db8::1", "fd02::2")));
        yield return (Lab.Host, Craft.Ethernet(all, Lab.HostMac, Craft.Arp(1, Lab.HostMac, "192.0.2.1", "192.0.2.254"), EtherType.Arp));
        yield return (Lab.Host, Craft.Ethernet("33:33:ff:00:00:01", Lab.HostMac, Craft.Neighbour("2001:db8::1", "ff02::1:ff00:254", Icmpv6Type.NeighbourSolicitation, "2001:db8::254", mac: Lab.HostMac)));
    }
}

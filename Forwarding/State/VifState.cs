using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What the walk knows of a vif.</summary>
internal sealed class VifState(Vif vif, int index, int vrf, int nextHop)
{
    /// <summary>The configured object.</summary>
    public Vif Vif { get; } = vif;

    /// <summary>Its place in the state's vifs.</summary>
    public readonly ushort Index = (ushort)index;

    /// <summary>The lower 32 bits of the generation that made this state of the vif.</summary>
    public required uint Generation { get; init; }

    /// <summary>The index of its security groups' policy; 0 = it has none and is open.</summary>
    public required int Policy { get; init; }

    /// <summary>Its security groups in the order of their numbers, each once.</summary>
    public required SecurityGroupId[] Groups { get; init; }

    /// <summary>The floating IPs that it is a member of, in the order of preference between equals outbound.</summary>
    public required FloatingIpState[] FloatingIps { get; init; }

    /// <summary>Whether its packets make no flows and no security group judges them.</summary>
    public readonly bool PolicyDisabled = vif.PolicyDisabled;

    public readonly VifKind Kind = vif.Kind;

    /// <summary>The index of its VRF.</summary>
    public readonly int Vrf = vrf;

    /// <summary>The index of the derived next hop that delivers to it.</summary>
    public readonly int NextHop = nextHop;

    public readonly ulong Mac = vif.Mac.Value;

    /// <summary>How the tail of its IPv4 frames' Ethernet headers reads: its MAC, and the EtherType.</summary>
    public readonly ulong MacAndIpv4 = vif.Mac.Value << 16 | EtherType.Ipv4;

    public readonly int Mtu = vif.Mtu;

    public readonly ushort Vlan = vif.Vlan;

    /// <summary>Bytes of the Ethernet header on its port, tag included.</summary>
    public readonly int EthernetLength = vif.Vlan == 0 ? 14 : 18;

    public readonly bool ChecksSource = !vif.SourceCheckDisabled;

    /// <summary>Its first IPv4 address; -1, which no address is, = none. The rest, and IPv6, in <see cref="Addresses"/>.</summary>
    public readonly long Ipv4 = vif.Addresses.Any(a => !a.IsIpv6) ? vif.Addresses.First(a => !a.IsIpv6).Address.Ipv4 : -1;

    public readonly IpAddress[] Addresses = [.. vif.Addresses.Select(a => a.Address)];

    public readonly AddressPair[] Pairs = [.. vif.AllowedAddressPairs];

    public readonly IpAddress[] Gateways = [.. vif.Gateways];

    /// <summary>Its first IPv4 gateway; 0 = none.</summary>
    public readonly uint Gateway = vif.Gateways.FirstOrDefault(gateway => !gateway.IsIpv6).Ipv4;

    /// <summary>Whether its packets have a tag, or may be to more than one gateway.</summary>
    public readonly bool IsUncommon = vif.Vlan != 0 || vif.Gateways.Count(gateway => !gateway.IsIpv6) > 1;

    public bool HasAddress(IpAddress address) => Addresses.AsSpan().Contains(address);

    public bool HasGateway(IpAddress address) => Gateways.AsSpan().Contains(address);

    /// <summary>The first gateway of the family, the source of ICMP errors made here.</summary>
    public bool TryGetGateway(bool ipv6, out IpAddress gateway)
    {
        foreach (IpAddress candidate in Gateways)
        {
            if (candidate.IsIpv6 == ipv6)
            {
                gateway = candidate;
                return true;
            }
        }

        gateway = default;
        return false;
    }

    /// <summary>Whether a tenant may use this source: its own address or MAC, or an allowed pair.</summary>
    public bool Allows(IpAddress source, ulong mac)
    {
        if (mac == Mac && HasAddress(source))
        {
            return true;
        }

        foreach (AddressPair pair in Pairs)
        {
            ulong allowed = pair.Mac.IsZero ? Mac : pair.Mac.Value;

            if (allowed == mac && pair.Prefix.Contains(source))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a tenant may use this MAC with any address.</summary>
    public bool AllowsMac(ulong mac)
    {
        if (mac == Mac)
        {
            return true;
        }

        foreach (AddressPair pair in Pairs)
        {
            // An empty one is the vif's own.
            if (pair.Mac.Value == mac && !pair.Mac.IsZero)
            {
                return true;
            }
        }

        return false;
    }
}

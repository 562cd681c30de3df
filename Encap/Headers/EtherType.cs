namespace VRouter.Encap;

/// <summary>What an Ethernet frame carries (IANA, IEEE 802 numbers).</summary>
public static class EtherType
{
    /// <summary>IPv4.</summary>
    public const ushort Ipv4 = 0x0800;

    /// <summary>ARP.</summary>
    public const ushort Arp = 0x0806;

    /// <summary>An 802.1Q customer tag.</summary>
    public const ushort Vlan = 0x8100;

    /// <summary>IPv6.</summary>
    public const ushort Ipv6 = 0x86DD;

    /// <summary>MPLS (RFC 3032, RFC 5332).</summary>
    public const ushort Mpls = 0x8847;

    /// <summary>An 802.1ad service tag.</summary>
    public const ushort ServiceVlan = 0x88A8;
}

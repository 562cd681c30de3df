namespace VRouter.Forwarding;

/// <summary>Why a packet of a tenant goes to whoever serves it, instead of on its way. The names are part of the contract.</summary>
public enum TrapReason : byte
{
    /// <summary>It does not.</summary>
    None,
    /// <summary>To a DHCP server, of either family.</summary>
    Dhcp,
    /// <summary>A question to a gateway of the interface, as if it were a name server.</summary>
    Dns,
    /// <summary>IGMP: about membership of IPv4 groups.</summary>
    Igmp,
    /// <summary>MLD: the same for IPv6.</summary>
    Mld,
    /// <summary>A guest that asks for routers (RFC 4861 section 4.1).</summary>
    RouterSolicitation,
}

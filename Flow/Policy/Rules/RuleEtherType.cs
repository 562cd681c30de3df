namespace VRouter.Flow;

/// <summary>The IP version that a rule speaks of; the numbers of the contract.</summary>
public enum RuleEtherType
{
    /// <summary>Both versions.</summary>
    Any,

    /// <summary>IPv4 alone.</summary>
    Ipv4,

    /// <summary>IPv6 alone; protocol 1 then means ICMPv6.</summary>
    Ipv6,
}

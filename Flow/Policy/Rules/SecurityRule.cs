using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>One rule of a security group: the packets it matches and what it does to them. What is unset matches anything.</summary>
public sealed record SecurityRule
{
    /// <summary>The controller's name for it, which comes back in flows, traces and drops; unique in its group where it is not empty.</summary>
    public string Id { get; init; } = "";

    /// <summary>Which way the packets go.</summary>
    public RuleDirection Direction { get; init; }

    /// <summary>Of which IP version they are.</summary>
    public RuleEtherType EtherType { get; init; }

    /// <summary>What becomes of them.</summary>
    public RuleAction Action { get; init; }

    /// <summary>The lowest goes first; at equal priority DENY goes before ALLOW.</summary>
    public uint Priority { get; init; }

    /// <summary>An IANA number; 1 means 58 where <see cref="EtherType"/> is IPv6.</summary>
    public uint? Protocol { get; init; }

    /// <summary>Any of these source ports. They count for TCP, UDP and SCTP; where the rule is for any protocol, the others match without.</summary>
    public ValueList<PortRange> SourcePorts { get; init; }

    /// <summary>Any of these destination ports; see <see cref="SourcePorts"/>.</summary>
    public ValueList<PortRange> DestinationPorts { get; init; }

    /// <summary>The messages of ICMP, or of ICMPv6, that a rule for that protocol matches.</summary>
    public IcmpMatch? Icmp { get; init; }

    /// <summary>Where the peer's address lies.</summary>
    public IpPrefix? RemotePrefix { get; init; }

    /// <summary>A group that the peer is in; nobody need have defined it.</summary>
    public SecurityGroupId? RemoteGroup { get; init; }
}

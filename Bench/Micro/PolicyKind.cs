namespace VRouter.Bench;

/// <summary>What a large security group's rules differ in.</summary>
public enum PolicyKind
{
    /// <summary>A prefix each, as long as the Internet's are, and a port each.</summary>
    Prefixes,

    /// <summary>Prefixes of IPv6.</summary>
    Ipv6Prefixes,

    /// <summary>A port range each, open to everyone.</summary>
    Ports,

    /// <summary>A source and a destination range each: the costliest.</summary>
    SourcePorts,

    /// <summary>A group of peers each.</summary>
    Groups,

    /// <summary>Some of everything.</summary>
    Mixed,
}

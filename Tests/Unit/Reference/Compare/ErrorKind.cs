namespace VRouter.Tests.Unit.Reference;

/// <summary>What an ICMP error says.</summary>
public enum ErrorKind
{
    /// <summary>It is none.</summary>
    None,

    /// <summary>From the end that a packet was sent to.</summary>
    FromEnd,

    /// <summary>From a router on the way there.</summary>
    FromRouter,

    /// <summary>About another port.</summary>
    Lying,

    /// <summary>About an error.</summary>
    AboutError,

    /// <summary>With too little of the packet in it.</summary>
    Short,
}

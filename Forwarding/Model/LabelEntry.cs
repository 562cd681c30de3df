using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What arrives with the label goes to the next hop. Key: <see cref="Label"/>.</summary>
public readonly record struct LabelEntry(MplsLabel Label, NextHopId NextHop)
{
    /// <summary>It carries Ethernet frames, not IP packets.</summary>
    public bool IsEthernet { get; init; }
}

namespace VRouter.Flow;

/// <summary>What makes a direction's packets unlike the plainest ones.</summary>
[Flags]
public enum FlowTraits : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its packets are dropped, for the reason in <see cref="FlowEntry.NextHop"/>.</summary>
    Denied = 1,

    /// <summary>Source or source port become others.</summary>
    SourceTranslated = 2,

    /// <summary>Destination or destination port become others.</summary>
    DestinationTranslated = 4,

    /// <summary>Another worker's flow: <see cref="FlowEntry.NextHop"/> is the worker that knows it.</summary>
    Elsewhere = 8,

    /// <summary>Its packets are bridged, not routed.</summary>
    Bridged = 16,

    /// <summary>Where its packets come from is to be asked again: those of the other direction go elsewhere than before.</summary>
    Unproven = 32,
}

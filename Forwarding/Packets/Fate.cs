namespace VRouter.Forwarding;

/// <summary>Where a packet stands on its walk, and, at its end, where it ended.</summary>
public enum Fate : byte
{
    /// <summary>Just received; nobody has looked at it.</summary>
    Received,
    /// <summary>In its VRF, an IP packet to be routed.</summary>
    Routed,
    /// <summary>Its next hop and vif are known; to be rewritten and sent.</summary>
    Leaving,
    /// <summary>A frame of the underlay that goes on as it is: between FABRIC and HOST.</summary>
    Bypassing,
    /// <summary>Its way out is known and too small: to be cut into fragments.</summary>
    Oversized,
    /// <summary>Rewritten and encapsulated: to be handed to its port.</summary>
    Ready,
    /// <summary>Handed to a port.</summary>
    Sent,
    /// <summary>Answered or taken.</summary>
    Consumed,
    /// <summary>Waiting for a neighbour.</summary>
    Held,
    /// <summary>Dropped, with a reason; to be noted.</summary>
    Dropped,
    /// <summary>Dropped and noted: its frames are no longer its own.</summary>
    Ended,
}

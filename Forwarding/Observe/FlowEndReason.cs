namespace VRouter.Forwarding;

/// <summary>Why a flow is no more. The names are stable: they appear in records and events.</summary>
public enum FlowEndReason : byte
{
    /// <summary>It stands.</summary>
    None,
    /// <summary>No packet came for as long as flows of its kind live.</summary>
    TimedOut,
    /// <summary>Its connection ended, and the time for what comes late is over or a new one took its place.</summary>
    Closed,
    /// <summary>A change of the configuration made another verdict of it.</summary>
    Revalidated,
    /// <summary>It gave way to a new flow in a full table.</summary>
    Evicted,
    /// <summary>An interface of it is gone.</summary>
    InterfaceRemoved,
    /// <summary>It was deleted on request.</summary>
    Deleted,
}

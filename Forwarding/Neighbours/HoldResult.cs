namespace VRouter.Forwarding;

/// <summary>What became of a packet whose next MAC is not known.</summary>
internal enum HoldResult
{
    /// <summary>Enough wait already: it is dropped.</summary>
    Refused,

    /// <summary>Enough wait for others: it is dropped, but a request is to be sent.</summary>
    RefusedFirst,

    /// <summary>It waits, as others do.</summary>
    Held,

    /// <summary>It waits, and nobody has asked yet: a request is to be sent.</summary>
    HeldFirst,

    /// <summary>The MAC has become known meanwhile: try again.</summary>
    Resolved,
}

namespace VRouter.Forwarding;

/// <summary>A trapped packet as the walk notes it.</summary>
/// <param name="Time">When, in the walk's milliseconds.</param>
/// <param name="Vif">Where it came in.</param>
/// <param name="Reason">Why it is trapped.</param>
internal readonly record struct TrapRecord(long Time, VifId Vif, TrapReason Reason)
{
    /// <summary>The number of its first byte, counted from the ring's beginning.</summary>
    public long Start { get; init; }

    /// <summary>Its bytes.</summary>
    public int Length { get; init; }

    /// <summary>How many were lost before it.</summary>
    public long Lost { get; init; }
}

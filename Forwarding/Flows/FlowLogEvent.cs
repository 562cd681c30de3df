using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>A flow that began or ended, as a worker notes it.</summary>
internal struct FlowLogEvent
{
    /// <summary>When, in milliseconds of the walk's time.</summary>
    public long Time;

    /// <summary>Why it ended; None = it began.</summary>
    public FlowEndReason EndReason;

    /// <summary>The flow as it was then.</summary>
    public FlowSnapshot Flow;
}

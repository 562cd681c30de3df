namespace VRouter.Forwarding;

/// <summary>What one worker did.</summary>
public sealed record WorkerCounters(int Worker)
{
    /// <summary>Packets received.</summary>
    public long Packets { get; init; }

    /// <summary>Batches that held them.</summary>
    public long Batches { get; init; }

    /// <summary>Packets received here and handed to the workers that have their flows.</summary>
    public long HandedOff { get; init; }

    /// <summary>Time spent with packets.</summary>
    public TimeSpan Busy { get; init; }

    /// <summary>Time spent asking for some, or asleep.</summary>
    public TimeSpan Idle { get; init; }
}

namespace VRouter.Forwarding;

/// <summary>What became of a flow.</summary>
public enum FlowEventKind : byte
{
    /// <summary>It was set up.</summary>
    Started,
    /// <summary>It is no more: see <see cref="FlowRecord.EndReason"/>.</summary>
    Ended,
}

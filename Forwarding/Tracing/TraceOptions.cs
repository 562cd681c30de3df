namespace VRouter.Forwarding;

/// <summary>Which packets are to be explained as they come in.</summary>
public sealed record TraceOptions
{
    /// <summary>Vifs at which they come in; none = all.</summary>
    public IReadOnlyList<VifId> Vifs { get; init; } = [];

    /// <summary>Only packets of these flows, both directions, whether a tunnel is around them or not. Null = all.</summary>
    public FlowFilter? Match { get; init; }

    /// <summary>Only packets that are dropped.</summary>
    public bool DropsOnly { get; init; }

    /// <summary>Packets a second that each worker explains; the rest is counted as lost.</summary>
    public int MostPerSecond { get; init; } = 100;
}

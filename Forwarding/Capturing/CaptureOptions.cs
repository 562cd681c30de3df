namespace VRouter.Forwarding;

/// <summary>Which packets are wanted, and how much of them.</summary>
public sealed record CaptureOptions
{
    /// <summary>Vifs at which packets come in or go out; none = all.</summary>
    public IReadOnlyList<VifId> Vifs { get; init; } = [];

    /// <summary>Bytes of a packet that are kept; 0 = all.</summary>
    public int SnapLength { get; init; }

    /// <summary>Only packets that are dropped.</summary>
    public bool DropsOnly { get; init; }

    /// <summary>
    /// Only packets of these flows, both directions, whether a tunnel is around them or not; a fragment without ports is of no flow with
    /// ports. Null = all.
    /// </summary>
    public FlowFilter? Match { get; init; }

    /// <summary>Bytes that may wait for the reader, of each worker; a power of two. What comes when they are full is counted as lost.</summary>
    public int BufferBytes { get; init; } = 4 << 20;
}

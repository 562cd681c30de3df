namespace VRouter.Tests.Unit.Reference;

/// <summary>What becomes of a TCP segment of a flow.</summary>
internal enum SegmentVerdict
{
    /// <summary>It goes on.</summary>
    Passes,

    /// <summary>No end can have sent it, or the other would not take it.</summary>
    Drops,

    /// <summary>It begins another connection on the same key.</summary>
    Reopens,
}

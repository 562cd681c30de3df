namespace VRouter.Tests.Unit.Reference;

/// <summary>What part of a datagram a packet is.</summary>
public enum Piece
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>The first 24 bytes.</summary>
    First,

    /// <summary>The next 24.</summary>
    Middle,

    /// <summary>The rest.</summary>
    Last,

    /// <summary>Of the first and of the middle.</summary>
    Overlapping,

    /// <summary>No eights of bytes, though there are more.</summary>
    Impossible,

    /// <summary>The first eight bytes: of TCP too few.</summary>
    Tiny,

    /// <summary>All of it, and it says so.</summary>
    Atomic,
}

using VRouter.Native;

namespace VRouter.Flow;

/// <summary>Which bytes of each datagram are there, piece by piece, in order.</summary>
internal sealed class DatagramPieces(int datagrams) : IDisposable
{
    /// <summary>Pieces a datagram: enough for the largest one over the smallest MTU of IPv6 (RFC 8200 section 5).</summary>
    public const int Most = 64;

    private readonly NativeArray<Range> _ranges = new((datagrams + 1) * Most);

    /// <summary>Where a piece lies among those that are there.</summary>
    public PieceFit Fit(uint datagram, int count, in FragmentPiece piece)
    {
        Span<Range> ranges = Of(datagram)[..count];
        int place = Place(ranges, piece.Offset);

        if (place < count && ranges[place].Start == piece.Offset && ranges[place].End == piece.End)
        {
            return PieceFit.Duplicate;
        }

        bool overlaps = (place > 0 && ranges[place - 1].End > piece.Offset) || (place < count && ranges[place].Start < piece.End);
        return overlaps ? PieceFit.Overlap : PieceFit.New;
    }

    /// <summary>Adds a piece that fits; there is room for it.</summary>
    public void Add(uint datagram, int count, in FragmentPiece piece)
    {
        Span<Range> ranges = Of(datagram)[..(count + 1)];
        int place = Place(ranges[..count], piece.Offset);
        ranges[place..count].CopyTo(ranges[(place + 1)..]);
        ranges[place] = new Range((ushort)piece.Offset, (ushort)piece.End);
    }

    /// <summary>Where the last of the pieces ends.</summary>
    public int End(uint datagram, int count) => count == 0 ? 0 : Of(datagram)[count - 1].End;

    /// <inheritdoc/>
    public void Dispose() => _ranges.Dispose();

    private Span<Range> Of(uint datagram) => _ranges.Slice((int)datagram * Most, Most);

    // Pieces mostly come in order, so the place is sought from the end.
    private static int Place(ReadOnlySpan<Range> ranges, int offset)
    {
        int place = ranges.Length;

        while (place > 0 && ranges[place - 1].Start >= offset)
        {
            place--;
        }

        return place;
    }

    private readonly record struct Range(ushort Start, ushort End);
}

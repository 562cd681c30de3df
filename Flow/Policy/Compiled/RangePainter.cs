using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>Makes one map of port ranges out of many that overlap: where they do, the one added first shows.</summary>
internal sealed class RangePainter
{
    private const int Ports = 1 << 16;

    private readonly List<(int First, int End, int Value)> _ranges = [];
    private readonly List<int> _bounds = [];
    private readonly List<ushort> _starts = [];
    private readonly List<int> _values = [];
    private int[] _colours = [];
    private int[] _next = [];

    /// <summary>Adds the ranges of one rule; none are all ports.</summary>
    public void Add(ValueList<PortRange> ranges, int value)
    {
        if (ranges.Count == 0)
        {
            _ranges.Add((0, Ports, value));
        }

        foreach (PortRange range in ranges.Span)
        {
            _ranges.Add(((int)range.First, (int)range.Last + 1, value));
        }
    }

    /// <summary>The map of what was added since the last one.</summary>
    public RangeSpan Finish(RangeTable<ushort>.Builder table)
    {
        FindBounds();
        Paint();

        for (int i = 0; i < _bounds.Count - 1; i++)
        {
            if (i == 0 || _colours[i] != _colours[i - 1])
            {
                _starts.Add((ushort)_bounds[i]);
                _values.Add(_colours[i]);
            }
        }

        RangeSpan span = table.Add(CollectionsMarshal.AsSpan(_starts), CollectionsMarshal.AsSpan(_values));
        Clear();
        return span;
    }

    private void FindBounds()
    {
        _bounds.Add(0);
        _bounds.Add(Ports);

        foreach ((int first, int end, _) in _ranges)
        {
            _bounds.Add(first);
            _bounds.Add(end);
        }

        SortedBounds.Arrange(_bounds);
    }

    private void Paint()
    {
        if (_colours.Length < _bounds.Count)
        {
            _colours = new int[2 * _bounds.Count];
            _next = new int[2 * _bounds.Count];
        }

        for (int i = 0; i < _bounds.Count; i++)
        {
            _colours[i] = RangeTable<ushort>.Nothing;
            _next[i] = i;
        }

        foreach ((int first, int end, int value) in _ranges)
        {
            int last = _bounds.BinarySearch(end);

            for (int i = NextBare(_bounds.BinarySearch(first)); i < last; i = NextBare(i))
            {
                _colours[i] = value;
                _next[i] = i + 1;
            }
        }
    }

    // The next place at or behind i that nothing was painted on; what was is skipped, and skipped faster the next time.
    private int NextBare(int i)
    {
        while (_next[i] != i)
        {
            _next[i] = _next[_next[i]];
            i = _next[i];
        }

        return i;
    }

    private void Clear()
    {
        _ranges.Clear();
        _bounds.Clear();
        _starts.Clear();
        _values.Clear();
    }
}

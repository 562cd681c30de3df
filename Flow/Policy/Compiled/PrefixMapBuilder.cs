using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>Makes a <see cref="PrefixMap"/> of ranges: in the order of their starts, the first from 0.</summary>
internal sealed class PrefixMapBuilder(List<(UInt128 Start, int Value)> ranges)
{
    private readonly RangeTable<ulong>.Builder _table = new();
    private readonly List<RangeSpan> _lower = [];
    private readonly List<ulong> _upperStarts = [];
    private readonly List<int> _upperValues = [];
    private readonly List<ulong> _lowerStarts = [];
    private readonly List<int> _lowerValues = [];

    public PrefixMap Build()
    {
        for (int first = 0, end; first < ranges.Count; first = end)
        {
            end = EndOfUpper(first);
            Add(first, end);
        }

        RangeSpan upper = _table.Add(CollectionsMarshal.AsSpan(_upperStarts), CollectionsMarshal.AsSpan(_upperValues));
        return new PrefixMap(_table.Build(), upper, [.. _lower]);
    }

    private ulong Upper(int index) => (ulong)(ranges[index].Start >> 64);

    private ulong Lower(int index) => (ulong)ranges[index].Start;

    private int EndOfUpper(int first)
    {
        int end = first + 1;

        while (end < ranges.Count && Upper(end) == Upper(first))
        {
            end++;
        }

        return end;
    }

    private void Add(int first, int end)
    {
        ulong upper = Upper(first);

        if (end == first + 1 && Lower(first) == 0)
        {
            AddUpper(upper, ranges[first].Value);
            return;
        }

        AddLower(first, end);
        AddUpper(upper, ~(_lower.Count - 1));

        // The last range goes on behind this upper half, unless the next one has something to say, were it only its lower map.
        if (upper != ulong.MaxValue && (end == ranges.Count || Upper(end) != upper + 1))
        {
            AddUpper(upper + 1, ranges[end - 1].Value);
        }
    }

    private void AddUpper(ulong start, int value)
    {
        _upperStarts.Add(start);
        _upperValues.Add(value);
    }

    private void AddLower(int first, int end)
    {
        _lowerStarts.Clear();
        _lowerValues.Clear();

        // The first half of all begins with a range from 0, so there is one before.
        if (Lower(first) != 0)
        {
            _lowerStarts.Add(0);
            _lowerValues.Add(ranges[first - 1].Value);
        }

        for (int i = first; i < end; i++)
        {
            _lowerStarts.Add(Lower(i));
            _lowerValues.Add(ranges[i].Value);
        }

        _lower.Add(_table.Add(CollectionsMarshal.AsSpan(_lowerStarts), CollectionsMarshal.AsSpan(_lowerValues)));
    }
}

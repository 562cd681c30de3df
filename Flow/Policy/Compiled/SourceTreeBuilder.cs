using System.Numerics;
using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>Makes a <see cref="SourceTree"/> of rules in their order.</summary>
internal sealed class SourceTreeBuilder(RangePainter painter, RangeTable<ushort>.Builder ports)
{
    private const int Ports = 1 << 16;

    private readonly List<int> _bounds = [];
    private List<RuleEntry>?[] _nodes = [];

    public SourceTree Build(List<RuleEntry> rules)
    {
        FindBounds(rules);
        _nodes = new List<RuleEntry>?[2 * BitOperations.RoundUpToPowerOf2((uint)_bounds.Count)];

        foreach (RuleEntry rule in rules)
        {
            Add(rule);
        }

        return new SourceTree(AddLeaves(), [.. _nodes.Select(Paint)]);
    }

    private void FindBounds(List<RuleEntry> rules)
    {
        _bounds.Clear();
        _bounds.Add(0);

        foreach (RuleEntry rule in rules)
        {
            foreach (PortRange range in rule.Destinations.Span)
            {
                _bounds.Add((int)range.First);

                if (range.Last + 1 < Ports)
                {
                    _bounds.Add((int)range.Last + 1);
                }
            }
        }

        SortedBounds.Arrange(_bounds);
    }

    private RangeSpan AddLeaves() => ports.Add([.. _bounds.Select(bound => (ushort)bound)], [.. Enumerable.Range(0, _bounds.Count)]);

    private void Add(RuleEntry rule)
    {
        int leaves = _nodes.Length / 2;

        if (rule.Destinations.Count == 0)
        {
            Cover(leaves, _nodes.Length, rule);
        }

        foreach (PortRange range in rule.Destinations.Span)
        {
            int first = leaves + _bounds.BinarySearch((int)range.First);
            int end = range.Last + 1 == Ports ? _nodes.Length : leaves + _bounds.BinarySearch((int)range.Last + 1);
            Cover(first, end, rule);
        }
    }

    // The highest nodes whose leaves are those from first to before end, and no others.
    private void Cover(int first, int end, RuleEntry rule)
    {
        for (; first < end; first >>= 1, end >>= 1)
        {
            if ((first & 1) != 0)
            {
                (_nodes[first++] ??= []).Add(rule);
            }

            if ((end & 1) != 0)
            {
                (_nodes[--end] ??= []).Add(rule);
            }
        }
    }

    // The rules are in their order, so the first one is the best.
    private SourceNode Paint(List<RuleEntry>? rules)
    {
        if (rules is null)
        {
            return new SourceNode(default, RuleTable.NoRule);
        }

        foreach (RuleEntry rule in CollectionsMarshal.AsSpan(rules))
        {
            painter.Add(rule.Sources, rule.Rank);
        }

        return new SourceNode(painter.Finish(ports), rules[0].Rank);
    }
}

namespace VRouter.Flow;

/// <summary>
/// Rules by destination and source port, for those that name source ports: a tree over the destination ranges, each rule at the few nodes
/// that cover its own. A lookup goes from a leaf to the root, at most 17 nodes, and asks each for the source port.
/// </summary>
internal sealed class SourceTree(RangeSpan leaves, RangeSpan[] nodes)
{
    public long Bytes => (long)nodes.Length * 3 * sizeof(int);

    /// <summary>The first rule that matches; <see cref="RangeTable{T}.Nothing"/> = none.</summary>
    public int Find(RangeTable<ushort> ports, ushort source, ushort destination)
    {
        int best = RangeTable<ushort>.Nothing;

        for (int node = nodes.Length / 2 + ports.Find(leaves, destination); node > 0; node >>= 1)
        {
            best = Math.Min(best, ports.Find(nodes[node], source));
        }

        return best;
    }
}

using System.Numerics;

namespace VRouter.Flow;

/// <summary>
/// Rules by destination and source port, for those that name source ports: a tree over the destination ranges, each rule at the few nodes
/// that cover its own. A lookup goes from the root to a leaf, at most 17 nodes, and asks for the source port where it can find better.
/// </summary>
internal sealed class SourceTree(RangeSpan leaves, SourceNode[] nodes)
{
    private const int NodeBytes = 16;

    public long Bytes => (long)nodes.Length * NodeBytes;

    /// <summary>The first rule that matches, or the one found so far where none goes before it.</summary>
    public int Find(RangeTable<ushort> ports, in PolicyQuery query, int best)
    {
        int leaf = nodes.Length / 2 + ports.Find(leaves, query.DestinationPort);

        for (int height = BitOperations.Log2((uint)leaf); height >= 0; height--)
        {
            ref readonly SourceNode node = ref nodes[leaf >> height];

            if (node.Best < best)
            {
                best = Math.Min(best, ports.Find(node.Sources, query.SourcePort));
            }
        }

        return best;
    }
}

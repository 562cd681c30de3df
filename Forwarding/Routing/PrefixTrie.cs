using System.Runtime.CompilerServices;

namespace VRouter.Forwarding;

/// <summary>
/// Longest prefix match from addresses to numbers below 2^31, in any number of versions and tables that share one memory.
/// A lookup looks at no more than one node an octet, and skips octets that decide nothing; a change copies only the
/// nodes on its way, so readers of the old root never notice.
/// </summary>
public sealed class PrefixTrie<TKey> where TKey : unmanaged, ITrieKey<TKey>
{
    private readonly TrieMemory _memory;
    private readonly TrieEditor<TKey> _editor;

    /// <summary>A view of <paramref name="memory"/> by keys of one family.</summary>
    public PrefixTrie(TrieMemory memory)
    {
        _memory = memory;
        _editor = new TrieEditor<TKey>(memory);
    }

    /// <summary>The value of the longest prefix that holds <paramref name="key"/>; 0 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Lookup(TrieRoot root, TKey key)
    {
        uint slot = root.Slot;
        uint best = 0;

        // Depth grows from node to node. The count bounds the walk all the same, should a reader hold a root for too long.
        for (int level = 0; TrieSlot.IsNode(slot) && level < TKey.Octets; level++)
        {
            ref TrieNode<TKey> node = ref _memory.Node<TKey>(slot);
            best = TrieSlot.Or(node.Cover, best);

            if (!key.TryOctet(node.Prefix, node.Shift, out uint octet))
            {
                return best;
            }

            slot = TrieNode<TKey>.Slot(ref node, octet);
        }

        return TrieSlot.IsNode(slot) ? best : TrieSlot.Or(slot, best);
    }

    /// <summary>
    /// Looks many keys up, each from its own root: several times as fast as one after the other where nodes are not in the
    /// cache, for the memory that one key waits for comes while others go on.
    /// </summary>
    public void Lookup(ReadOnlySpan<TrieRoot> roots, ReadOnlySpan<TKey> keys, Span<uint> values) =>
        new TrieBatch<TKey>(_memory).Lookup(roots, keys, values);

    /// <summary>
    /// Makes the addresses of the prefix whose value is <paramref name="from"/> have the value <paramref name="to"/> instead,
    /// and answers the new root. No two prefixes may have the same value.
    /// </summary>
    /// <remarks>
    /// The cover of a prefix is the longest shorter one around it <b>that ends in the same octet</b> (<see cref="EndInSameOctet"/>); 0 when
    /// there is none. To insert a prefix, replace its cover's value with its own; to remove it, its own with its cover's; to
    /// change it, its old one with its new one. What ends in an earlier octet is found on the way to an address and needs no
    /// replacing: so a change of the default route among a million others is a change of one node.
    /// </remarks>
    public TrieRoot Replace(TrieRoot root, TKey prefix, int length, uint from, uint to) =>
        new(_editor.Replace(root.Slot, new TrieChange<TKey>(prefix, length, from, to)));

    /// <summary>Whether prefixes of these lengths end in the same octet: /17 to /24 do, /16 and /17 do not.</summary>
    public static bool EndInSameOctet(int length, int otherLength) => (length + 7) / 8 == (otherLength + 7) / 8;

    /// <summary>Gives up every node of a root.</summary>
    public void Clear(TrieRoot root) => _editor.Clear(root.Slot);
}

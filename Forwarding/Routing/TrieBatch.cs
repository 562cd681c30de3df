using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Walks many keys down at once, a node each at a time, and asks for the line that each will touch next before it turns to the others.</summary>
internal readonly ref struct TrieBatch<TKey>(TrieMemory memory) where TKey : unmanaged, ITrieKey<TKey>
{
    // As many lines as a core fetches at a time, and what a processor's registers and first cache hold with ease.
    private const int Group = 16;

    public void Lookup(ReadOnlySpan<TrieRoot> roots, ReadOnlySpan<TKey> keys, Span<uint> values)
    {
        Numbers held = default;

        for (int start = 0; start < keys.Length; start += Group)
        {
            int count = Math.Min(Group, keys.Length - start);
            Walk(roots.Slice(start, count), keys.Slice(start, count), held[..count], values.Slice(start, count));
        }
    }

    private void Walk(ReadOnlySpan<TrieRoot> roots, ReadOnlySpan<TKey> keys, Span<uint> slots, Span<uint> values)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            values[i] = 0;
            slots[i] = roots[i].Slot;
            PrefetchNode(slots[i]);
        }

        for (int level = 0; level < TKey.Octets && Descend(keys, slots, values); level++)
        {
        }

        for (int i = 0; i < slots.Length; i++)
        {
            values[i] = TrieSlot.IsNode(slots[i]) ? values[i] : TrieSlot.Or(slots[i], values[i]);
        }
    }

    /// <summary>Takes every key that is at a node to the next slot; false when none is.</summary>
    private bool Descend(ReadOnlySpan<TKey> keys, Span<uint> slots, Span<uint> values)
    {
        Numbers held = default;
        Span<uint> runs = held[..slots.Length];
        bool isAny = false;

        for (int i = 0; i < slots.Length; i++)
        {
            if (TrieSlot.IsNode(slots[i]))
            {
                ref TrieNode<TKey> node = ref memory.Node<TKey>(slots[i]);
                values[i] = TrieSlot.Or(node.Cover, values[i]);

                if (!keys[i].TryOctet(node.Prefix, node.Shift, out uint octet))
                {
                    slots[i] = 0;
                    continue;
                }

                runs[i] = TrieNode<TKey>.RunOf(ref node, octet);
                Prefetch.Read(ref TrieNode<TKey>.Run(ref node, runs[i]));
                isAny = true;
            }
        }

        for (int i = 0; i < slots.Length; i++)
        {
            if (TrieSlot.IsNode(slots[i]))
            {
                slots[i] = TrieNode<TKey>.Run(ref memory.Node<TKey>(slots[i]), runs[i]);
                PrefetchNode(slots[i]);
            }
        }

        return isAny;
    }

    private void PrefetchNode(uint slot)
    {
        if (TrieSlot.IsNode(slot))
        {
            Prefetch.Read(ref memory.Node<TKey>(slot));
        }
    }

    [InlineArray(Group)]
    private struct Numbers
    {
        private uint _first;
    }
}

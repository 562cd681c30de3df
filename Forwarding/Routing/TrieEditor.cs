namespace VRouter.Forwarding;

/// <summary>
/// The changes of a trie. A node that a reader may see is copied and retired; one that this transaction made is
/// changed where it is.
/// </summary>
internal sealed class TrieEditor<TKey>(TrieMemory memory) where TKey : unmanaged, ITrieKey<TKey>
{
    // One node, unfolded.
    private readonly uint[] _slots = new uint[TrieStarts.Slots];

    /// <summary>Changes what hangs on <paramref name="slot"/>; answers what the slot is to hold instead.</summary>
    public uint Replace(uint slot, in TrieChange<TKey> change)
    {
        if (change.Depth < 0)
        {
            ReplaceValue(ref slot, change);
            return slot;
        }

        if (!TrieSlot.IsNode(slot))
        {
            return change.To == 0 ? slot : MakeNode(slot, change);
        }

        ref TrieNode<TKey> node = ref memory.Node<TKey>(slot);
        int depth = Math.Min(change.Depth, change.Prefix.CommonOctets(node.Prefix));

        if (depth < node.Depth)
        {
            if (change.To == 0)
            {
                return slot;
            }

            slot = Fork(slot, depth, change.Prefix);
            node = ref memory.Node<TKey>(slot);
        }

        return node.Depth == change.Depth ? Paint(slot, change) : Descend(slot, change);
    }

    /// <summary>Releases every node that hangs on <paramref name="slot"/>.</summary>
    public void Clear(uint slot)
    {
        if (!TrieSlot.IsNode(slot))
        {
            return;
        }

        ref TrieNode<TKey> node = ref memory.Node<TKey>(slot);

        foreach (uint child in TrieNode<TKey>.Runs(ref node))
        {
            Clear(child);
        }

        Release(slot, ref node);
    }

    /// <summary>Changes the value of a slot itself, which a node that hangs on it carries as its cover; false when it is another one.</summary>
    private bool ReplaceValue(ref uint slot, in TrieChange<TKey> change)
    {
        bool isNode = TrieSlot.IsNode(slot);

        if ((isNode ? memory.Node<TKey>(slot).Cover : slot) != change.From)
        {
            return false;
        }

        slot = isNode ? WithCover(slot, change.To) : change.To;
        return true;
    }

    /// <summary>Puts a node that holds just the change where a value was.</summary>
    private uint MakeNode(uint cover, in TrieChange<TKey> change)
    {
        _slots.AsSpan().Clear();
        _slots.AsSpan(change.FirstSlot, change.SlotCount).Fill(change.To);
        return Store(change.Prefix.First(change.Depth), change.Depth, cover);
    }

    /// <summary>Puts a node that looks at an octet which was skipped so far above another one.</summary>
    private uint Fork(uint slot, int depth, TKey prefix)
    {
        ref TrieNode<TKey> below = ref memory.Node<TKey>(slot);
        uint cover = below.Cover;
        uint octet = below.Prefix.Octet(depth);

        _slots.AsSpan().Clear();
        _slots[octet] = cover == 0 ? slot : WithCover(slot, 0);
        return Store(prefix.First(depth), depth, cover);
    }

    /// <summary>Changes the slots of the node that the prefix ends in.</summary>
    private uint Paint(uint slot, in TrieChange<TKey> change)
    {
        TrieNode<TKey>.Unfold(ref memory.Node<TKey>(slot), _slots);
        bool changed = false;

        foreach (ref uint held in _slots.AsSpan(change.FirstSlot, change.SlotCount))
        {
            changed |= ReplaceValue(ref held, change);
        }

        return changed ? Fold(slot) : slot;
    }

    /// <summary>Changes what hangs on the one slot of a node that leads to the prefix.</summary>
    private uint Descend(uint slot, in TrieChange<TKey> change)
    {
        uint octet = change.Prefix.Octet(memory.Node<TKey>(slot).Depth);
        uint before = TrieNode<TKey>.Slot(ref memory.Node<TKey>(slot), octet);
        uint after = Replace(before, change);

        if (after == before)
        {
            return slot;
        }

        if (TrieSlot.IsNode(before) && TrieSlot.IsNode(after))
        {
            slot = Writable(slot);
            TrieNode<TKey>.Slot(ref memory.Node<TKey>(slot), octet) = after;
            return slot;
        }

        TrieNode<TKey>.Unfold(ref memory.Node<TKey>(slot), _slots);
        _slots[octet] = after;
        return Fold(slot);
    }

    /// <summary>Puts the unfolded slots into the node, or what serves as well: another node, the only one below, or its cover.</summary>
    private uint Fold(uint slot)
    {
        ref TrieNode<TKey> node = ref memory.Node<TKey>(slot);
        uint cover = node.Cover;

        if (IsRedundant(out uint child))
        {
            Release(slot, ref node);
            return child == 0 || cover == 0 ? child | cover : WithCover(child, cover);
        }

        TrieStarts starts = TrieStarts.Of(_slots);

        if (IsUnseen(in node) && node.Lines == TrieNode<TKey>.LinesFor(starts.Count))
        {
            TrieNode<TKey>.Fold(ref node, starts, _slots);
            return slot;
        }

        uint folded = Store(node.Prefix, node.Depth, cover, starts);
        Release(slot, ref node);
        return folded;
    }

    /// <summary>Whether the slots decide nothing: no values of their own, and at most one child, which has no cover.</summary>
    private bool IsRedundant(out uint child)
    {
        ReadOnlySpan<uint> slots = _slots;
        int only = slots.IndexOfAnyExcept(0u);
        child = only < 0 ? 0 : slots[only];

        return child == 0
            || (TrieSlot.IsNode(child) && memory.Node<TKey>(child).Cover == 0 && slots[(only + 1)..].IndexOfAnyExcept(0u) < 0);
    }

    private uint Store(TKey prefix, int depth, uint cover) => Store(prefix, depth, cover, TrieStarts.Of(_slots));

    private uint Store(TKey prefix, int depth, uint cover, in TrieStarts starts)
    {
        int lines = TrieNode<TKey>.LinesFor(starts.Count);
        uint slot = memory.Allocate(lines);
        ref TrieNode<TKey> node = ref memory.Node<TKey>(slot);

        (node.Prefix, node.Depth, node.Cover) = (prefix, depth, cover);
        (node.Lines, node.Epoch) = ((byte)lines, memory.Epoch);
        TrieNode<TKey>.Fold(ref node, starts, _slots);
        return slot;
    }

    private uint WithCover(uint slot, uint cover)
    {
        slot = Writable(slot);
        memory.Node<TKey>(slot).Cover = cover;
        return slot;
    }

    /// <summary>The node itself when no reader has seen it, else a copy.</summary>
    private uint Writable(uint slot)
    {
        ref TrieNode<TKey> node = ref memory.Node<TKey>(slot);

        if (IsUnseen(in node))
        {
            return slot;
        }

        uint copied = memory.Copy(slot, node.Lines);
        memory.Node<TKey>(copied).Epoch = memory.Epoch;
        Release(slot, ref node);
        return copied;
    }

    private void Release(uint slot, ref TrieNode<TKey> node) => memory.Release(slot, IsUnseen(in node));

    private bool IsUnseen(ref readonly TrieNode<TKey> node) => node.Epoch == memory.Epoch;
}

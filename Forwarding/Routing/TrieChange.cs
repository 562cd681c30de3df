namespace VRouter.Forwarding;

/// <summary>One change of a trie: within the prefix, <c>From</c> becomes <c>To</c>.</summary>
internal readonly struct TrieChange<TKey>(TKey prefix, int length, uint from, uint to) where TKey : unmanaged, ITrieKey<TKey>
{
    public readonly TKey Prefix = prefix;
    public readonly uint From = from;
    public readonly uint To = to;

    /// <summary>The octet that the prefix ends in: where the node that holds it looks; -1 for the prefix of all addresses.</summary>
    public readonly int Depth = (length + 7) / 8 - 1;

    /// <summary>The slots of that node that the prefix takes.</summary>
    public int FirstSlot => (int)Prefix.Octet(Depth);

    /// <inheritdoc cref="FirstSlot"/>
    public int SlotCount => 1 << (8 * (Depth + 1) - length);
}

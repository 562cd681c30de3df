namespace VRouter.Forwarding;

/// <summary>
/// One version of one trie: a value, so that holding it costs nothing. It answers the same until the generation that
/// replaced it is reclaimed. <c>default</c> is the empty trie.
/// </summary>
public readonly record struct TrieRoot(uint Slot)
{
    /// <summary>Whether no address has a value.</summary>
    public bool IsEmpty => Slot == 0;
}

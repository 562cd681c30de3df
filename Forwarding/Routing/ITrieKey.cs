namespace VRouter.Forwarding;

/// <summary>An address as a <see cref="PrefixTrie{TKey}"/> walks it: octets, the first one highest.</summary>
public interface ITrieKey<TSelf> where TSelf : unmanaged, ITrieKey<TSelf>
{
    /// <summary>Octets of an address: 4 or 16.</summary>
    static abstract int Octets { get; }

    /// <summary>The octet at <paramref name="index"/>, counted from the first one on the wire.</summary>
    int Octet(int index);

    /// <summary>How many octets, from the first one, both have in common.</summary>
    int CommonOctets(TSelf other);

    /// <summary>The address with all but its first <paramref name="octets"/> octets cleared.</summary>
    TSelf First(int octets);
}

namespace VRouter.Forwarding;

/// <summary>An address as a <see cref="PrefixTrie{TKey}"/> walks it: octets, the first one highest.</summary>
public interface ITrieKey<TSelf> where TSelf : unmanaged, ITrieKey<TSelf>
{
    /// <summary>Octets of an address: 4 or 16.</summary>
    static abstract int Octets { get; }

    /// <summary>The octet at <paramref name="index"/>, counted from the first one on the wire.</summary>
    uint Octet(int index);

    /// <summary>
    /// The octet that <paramref name="shift"/> bits follow, if all octets before it are those of <paramref name="prefix"/>, which has no
    /// others: both are one shift of the bits that differ. What lies above 255 says that they are not.
    /// </summary>
    bool TryOctet(TSelf prefix, int shift, out uint octet);

    /// <summary>How many octets, from the first one, both have in common.</summary>
    int CommonOctets(TSelf other);

    /// <summary>The address with all but its first <paramref name="octets"/> octets cleared.</summary>
    TSelf First(int octets);
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace VRouter.Forwarding;

/// <summary>An IPv4 address as a trie key.</summary>
public readonly record struct Ipv4Key(uint Address) : ITrieKey<Ipv4Key>
{
    /// <inheritdoc/>
    public static int Octets => 4;

    /// <inheritdoc/>
    public uint Octet(int index) => (byte)(Address >> (24 - 8 * index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOctet(Ipv4Key prefix, int shift, out uint octet)
    {
        octet = (Address ^ prefix.Address) >> shift;
        return octet <= byte.MaxValue;
    }

    /// <inheritdoc/>
    public int CommonOctets(Ipv4Key other) => BitOperations.LeadingZeroCount(Address ^ other.Address) >> 3;

    /// <inheritdoc/>
    public Ipv4Key First(int octets) => new((uint)(Address & ~(0xFFFF_FFFFUL >> (8 * octets))));
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Forwarding;

/// <summary>An IPv6 address as a trie key.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct Ipv6Key(ulong High, ulong Low) : ITrieKey<Ipv6Key>
{
    /// <inheritdoc/>
    public static int Octets => 16;

    /// <inheritdoc/>
    public uint Octet(int index) => (byte)((index < 8 ? High : Low) >> (56 - 8 * index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOctet(Ipv6Key prefix, int shift, out uint octet)
    {
        ulong high = High ^ prefix.High;
        ulong differing = (shift < 64 ? Low ^ prefix.Low : high) >> shift;
        octet = (uint)differing;
        return differing <= byte.MaxValue && (shift >= 64 || high == 0);
    }

    /// <inheritdoc/>
    public int CommonOctets(Ipv6Key other)
    {
        ulong high = High ^ other.High;
        ulong low = Low ^ other.Low;
        int bits = high != 0 ? BitOperations.LeadingZeroCount(high) : 64 + BitOperations.LeadingZeroCount(low);
        return bits >> 3;
    }

    /// <inheritdoc/>
    public Ipv6Key First(int octets) => new(High & Ones(octets), Low & Ones(octets - 8));

    private static ulong Ones(int octets) => octets <= 0 ? 0 : octets >= 8 ? ulong.MaxValue : ~(ulong.MaxValue >> (8 * octets));
}

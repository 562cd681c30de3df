using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>
/// From an address of one family to the number of the longest prefix that holds it. Prefixes nest, so they cut the addresses into at most
/// twice as many ranges plus one: a map of the upper 64 bits, and one of the lower 64 behind each upper half that it does not decide.
/// </summary>
internal sealed class PrefixMap(RangeTable<ulong> ranges, RangeSpan upper, RangeSpan[] lower)
{
    public long Bytes => ranges.Bytes + (long)lower.Length * 3 * sizeof(int);

    public int Find(IpAddress address)
    {
        int found = ranges.Find(upper, address.IsIpv6 ? address.High : UpperHalf(address.Ipv4));
        return found >= 0 ? found : ranges.Find(lower[~found], address.Low);
    }

    /// <summary>Where an IPv4 or IPv6 address stands among the ranges.</summary>
    public static UInt128 Place(IpAddress address) =>
        address.IsIpv6 ? new UInt128(address.High, address.Low) : new UInt128(UpperHalf(address.Ipv4), 0);

    private static ulong UpperHalf(uint ipv4) => (ulong)ipv4 << 32;
}

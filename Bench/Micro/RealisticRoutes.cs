using VRouter.Encap;

namespace VRouter.Bench;

/// <summary>Distinct random prefixes whose lengths are spread as in the Internet's tables, and some host routes.</summary>
public static class RealisticRoutes
{
    // Per mille of each length: an IPv4 default-free zone of 2024, with 40 host routes in place of some /24.
    private static readonly (byte Length, int Share)[] s_ipv4 =
    [
        (24, 560), (23, 105), (22, 115), (21, 54), (20, 47), (19, 29), (18, 16), (17, 9), (16, 15), (15, 3), (14, 3), (13, 2), (12, 2), (32, 40),
    ];

    private static readonly (byte Length, int Share)[] s_ipv6 =
    [
        (48, 460), (44, 110), (40, 90), (36, 50), (32, 130), (29, 30), (56, 30), (64, 60), (128, 40),
    ];

    /// <summary>So many IPv4 prefixes within 1.0.0.0 to 223.255.255.255.</summary>
    public static IpPrefix[] Ipv4(int count, int seed = 1) => Distinct(count, s_ipv4, seed, random =>
        IpAddress.FromIpv4((uint)random.NextInt64(0x0100_0000, 0xE000_0000)));

    /// <summary>So many IPv6 prefixes within 2000::/4, a thousand operators' networks.</summary>
    public static IpPrefix[] Ipv6(int count, int seed = 1) => Distinct(count, s_ipv6, seed, random =>
        IpAddress.FromIpv6(0x2000_0000_0000_0000UL | (ulong)random.Next(1000) << 44 | (ulong)random.NextInt64(1L << 44), (ulong)random.NextInt64()));

    private static IpPrefix[] Distinct(int count, (byte Length, int Share)[] shares, int seed, Func<Random, IpAddress> address)
    {
        var random = new Random(seed);
        byte[] lengths = [.. shares.SelectMany(share => Enumerable.Repeat(share.Length, share.Share))];
        var prefixes = new HashSet<IpPrefix>(count);

        while (prefixes.Count < count)
        {
            prefixes.Add(new IpPrefix(address(random), lengths[random.Next(lengths.Length)]).Network);
        }

        return [.. prefixes];
    }
}

using System.Runtime.Intrinsics;
using VRouter.Encap;

namespace VRouter.Bench.Traffic;

/// <summary>Where a generator finds things in an inner packet, in bytes from its IP header.</summary>
/// <param name="Ttl">The time to live, or the hop limit.</param>
/// <param name="Number">The 16 bits of an address that number the flow's far end.</param>
/// <param name="Udp">The UDP header.</param>
/// <param name="Changed">Ones in all bytes, of the first 32, that a walk changes.</param>
internal readonly record struct IpLayout(int Ttl, int Number, int Udp, Vector256<byte> Changed)
{
    /// <summary>IPv4 to numbered destinations.</summary>
    public static IpLayout Ipv4 { get; } = new(8, 18, Ipv4Header.Size, Mask(8..12));

    /// <summary>IPv6 to numbered destinations.</summary>
    public static IpLayout Ipv6 { get; } = new(7, 38, Ipv6Header.Size, Mask(4..8));

    /// <summary>IPv4 from numbered sources; the destination, its port and the UDP checksum are translated.</summary>
    public static IpLayout Ipv4Inward { get; } = new(8, 14, Ipv4Header.Size, Mask(8..12, 16..20, 22..24, 26..28));

    /// <summary>IPv4 to numbered destinations; the source and the UDP checksum are translated.</summary>
    public static IpLayout Ipv4Outward { get; } = new(8, 18, Ipv4Header.Size, Mask(8..16, 26..28));

    private static Vector256<byte> Mask(params ReadOnlySpan<Range> changed)
    {
        Span<byte> mask = stackalloc byte[Vector256<byte>.Count];

        foreach (Range range in changed)
        {
            mask[range].Fill(byte.MaxValue);
        }

        return Vector256.Create<byte>(mask);
    }
}

using VRouter.Encap;

namespace VRouter.Bench.Traffic;

/// <summary>Where a generator finds things in an inner packet, in bytes from its IP header.</summary>
/// <param name="Rewritten">Four bytes that hold all that a walk changes: TTL, protocol and checksum; or payload length, next header and hop limit.</param>
/// <param name="Destination">The last 16 bits of the destination: its number.</param>
/// <param name="Udp">The UDP header.</param>
internal readonly record struct IpLayout(int Rewritten, int Destination, int Udp)
{
    public static IpLayout Ipv4 { get; } = new(8, 18, Ipv4Header.Size);

    public static IpLayout Ipv6 { get; } = new(4, 38, Ipv6Header.Size);
}

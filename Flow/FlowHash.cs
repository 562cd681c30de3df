using System.Numerics;
using System.Runtime.CompilerServices;
using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>The hash of a packet's addresses, protocol and ports: the entropy of its tunnel packets. The same on every node and in every run.</summary>
public static class FlowHash
{
    // The golden ratio's digits: spreads what CRC-32C leaves in the low bits over the high ones, which tunnels use.
    private const uint Spread = 0x9E37_79B1;

    /// <summary>Mixes the addresses (IPv4: source first; IPv6: see <see cref="Combine"/>), the protocol and the ports (source first) into 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Compute(ulong addresses, byte protocol, uint ports) =>
        BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, addresses), (ulong)protocol << 32 | ports) * Spread;

    /// <summary>Two IPv6 addresses in one word.</summary>
    public static ulong Combine(IpAddress source, IpAddress destination)
    {
        uint first = BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, source.High), source.Low);
        uint second = BitOperations.Crc32C(BitOperations.Crc32C(first, destination.High), destination.Low);
        return (ulong)first << 32 | second;
    }
}

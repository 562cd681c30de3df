using System.Numerics;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The fixed functions of the choice in a group (semantics, section 8): of a flow, of a member, and of both.</summary>
internal static class ReferenceHash
{
    /// <summary>Of a flow: CRC-32C over its addresses, protocol and ports, without the last complement, times the golden ratio.</summary>
    public static uint Of(FiveTuple tuple)
    {
        byte[] ports = Reversed([.. Octets.Of16(tuple.SourcePort), .. Octets.Of16(tuple.DestinationPort)]);
        byte[] addresses = tuple.Source.IsIpv6 ? Folded(tuple.Source, tuple.Destination) : Reversed([.. Octets.Of(tuple.Source), .. Octets.Of(tuple.Destination)]);
        return Crc32c.Sum(uint.MaxValue, [.. addresses, .. ports, tuple.Protocol, 0, 0, 0]) * 0x9E37_79B1;
    }

    /// <summary>Of who is asking, whatever for.</summary>
    public static uint OfClient(IpAddress client) => Of(new FiveTuple(client, client, 0, 0, 0));

    /// <summary>MurmurHash3_x86_32 of words.</summary>
    public static uint Murmur3(uint seed, params uint[] words)
    {
        uint hash = seed;

        foreach (uint word in words)
        {
            uint mixed = BitOperations.RotateLeft(word * 0xCC9E_2D51, 15) * 0x1B87_3593;
            hash = BitOperations.RotateLeft(hash ^ mixed, 13) * 5 + 0xE654_6B64;
        }

        return Finish(hash ^ (uint)words.Length * 4);
    }

    /// <summary>The finalizer of MurmurHash3.</summary>
    public static uint Finish(uint value)
    {
        value ^= value >> 16;
        value *= 0x85EB_CA6B;
        value ^= value >> 13;
        value *= 0xC2B2_AE35;
        return value ^ value >> 16;
    }

    // Each address, 64 bits at a time, each of these from its lowest byte on.
    private static byte[] Folded(IpAddress source, IpAddress destination)
    {
        uint first = Crc32c.Sum(uint.MaxValue, Halves(source)), second = Crc32c.Sum(first, Halves(destination));
        return Reversed([.. Octets.Of32(first), .. Octets.Of32(second)]);
    }

    private static byte[] Halves(IpAddress address) => [.. Reversed(Octets.Of(address)[..8]), .. Reversed(Octets.Of(address)[8..])];

    private static byte[] Reversed(byte[] bytes) => [.. bytes.AsEnumerable().Reverse()];
}

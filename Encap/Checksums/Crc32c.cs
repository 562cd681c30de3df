using System.Buffers.Binary;
using System.Numerics;

namespace VRouter.Encap;

/// <summary>The checksum of SCTP, RFC 9260 section 6.8.</summary>
public static class Crc32c
{
    /// <summary>
    /// The checksum after the first 32 bits of a packet changed, of which nothing else need be there. Sums are linear: what two packets differ in
    /// has the difference of their checksums, and behind the first 32 bits that is zeros.
    /// </summary>
    /// <param name="checksum">The checksum as it lies, the lowest byte first (RFC 9260 appendix A), read as any field of a header.</param>
    /// <param name="before">The first 32 bits as they were.</param>
    /// <param name="after">The first 32 bits as they are.</param>
    /// <param name="length">Bytes of the packet, at least 4.</param>
    public static uint Update(uint checksum, uint before, uint after, int length)
    {
        uint difference = BitOperations.Crc32C(0, BinaryPrimitives.ReverseEndianness(before ^ after));
        int zeros = length - sizeof(uint);

        for (; zeros >= sizeof(ulong); zeros -= sizeof(ulong))
        {
            difference = BitOperations.Crc32C(difference, 0UL);
        }

        for (; zeros > 0; zeros--)
        {
            difference = BitOperations.Crc32C(difference, (byte)0);
        }

        return checksum ^ BinaryPrimitives.ReverseEndianness(difference);
    }
}

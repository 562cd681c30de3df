namespace VRouter.Tests.Unit.Reference;

/// <summary>CRC-32C, bit by bit: the checksum of SCTP (RFC 9260 appendix A).</summary>
internal static class Crc32c
{
    private const uint Polynomial = 0x82F6_3B78;

    /// <summary>The checksum of a packet whose checksum field is 0, as it stands in that field.</summary>
    public static byte[] Of(byte[] packet)
    {
        uint crc = ~Sum(uint.MaxValue, packet);
        return [(byte)crc, (byte)(crc >> 8), (byte)(crc >> 16), (byte)(crc >> 24)];
    }

    /// <summary>What comes of bytes after others, before the last complement.</summary>
    public static uint Sum(uint crc, byte[] bytes)
    {
        foreach (byte octet in bytes)
        {
            crc ^= octet;

            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? Polynomial : 0);
            }
        }

        return crc;
    }
}

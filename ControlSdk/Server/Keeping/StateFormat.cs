using System.Buffers.Binary;
using System.Numerics;

namespace VRouter.ControlSdk.Server;

/// <summary>What a state file begins with, 16 bytes: "VRSTATE" and a line feed, the version of the format (4), the checksum of these 12 bytes (4).</summary>
internal static class StateFormat
{
    /// <summary>Bytes before the first record.</summary>
    public const int HeaderLength = 16;

    /// <summary>The version that this reads and writes.</summary>
    public const uint Version = 1;

    private const int CheckedLength = 12;

    private static ReadOnlySpan<byte> Magic => "VRSTATE\n"u8;

    /// <summary>The header of a file of this version.</summary>
    public static byte[] Header()
    {
        byte[] header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(CheckedLength), ChecksumOf(header.AsSpan(0, CheckedLength)));
        return header;
    }

    /// <summary>What is wrong with the beginning of a file; null = nothing.</summary>
    public static string? ProblemOf(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderLength)
        {
            return "it is cut off inside its header";
        }

        if (!header.StartsWith(Magic))
        {
            return "it is no state file";
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[CheckedLength..]) != ChecksumOf(header[..CheckedLength]))
        {
            return "its header is damaged";
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        return version == Version ? null : $"it is of format {version}, and this vRouter reads format {Version}: take the version that wrote it";
    }

    /// <summary>CRC-32C with the usual inversions (RFC 3720 appendix B.4), so that leading and trailing zeros count.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;

        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return ~checksum;
    }
}

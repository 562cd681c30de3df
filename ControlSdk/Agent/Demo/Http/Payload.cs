using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Bytes that look random and are known at every offset, so that both ends can tell what must come.</summary>
internal readonly record struct Payload(ulong Seed, long Length)
{
    private const int Word = sizeof(ulong);

    /// <summary>Fills <paramref name="bytes"/> with what lies at <paramref name="offset"/>.</summary>
    public void CopyTo(long offset, Span<byte> bytes)
    {
        ulong index = (ulong)offset / Word;
        int skip = (int)(offset % Word);

        while (bytes.Length > 0)
        {
            int part = Math.Min(Word - skip, bytes.Length);
            CopyWord(Mix(Seed + index++), skip, bytes[..part]);
            bytes = bytes[part..];
            skip = 0;
        }
    }

    /// <summary>The SHA-256 of all of it, in hexadecimal.</summary>
    public string Digest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[64 * 1024];

        for (long offset = 0; offset < Length; offset += piece.Length)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(piece.Length, Length - offset));
            CopyTo(offset, part);
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void CopyWord(ulong word, int skip, Span<byte> bytes)
    {
        if (bytes.Length == Word)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, word);
            return;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(word >> 8 * (skip + i));
        }
    }

    // SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
    private static ulong Mix(ulong counter)
    {
        ulong z = counter * 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}

using NUnit.Framework;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>Bytes without end that are known at every position, to compare what has arrived with.</summary>
internal static class Content
{
    /// <summary>No power of two, so that a piece that is lost, doubled or moved shows.</summary>
    private static readonly byte[] s_bytes = Make(1_000_003);

    /// <summary>What begins at a position: one byte at least, so many at most.</summary>
    public static ReadOnlySpan<byte> At(long position, long most)
    {
        ReadOnlySpan<byte> rest = s_bytes.AsSpan((int)(position % s_bytes.Length));
        return rest[..(int)Math.Min(rest.Length, most)];
    }

    /// <summary>Compares what has arrived with what belongs at its position.</summary>
    public static void AssertIs(ReadOnlySpan<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> expected = At(position, bytes.Length);

            if (!bytes.StartsWith(expected))
            {
                Assert.Fail($"wrong content between bytes {position} and {position + expected.Length}");
            }

            bytes = bytes[expected.Length..];
            position += expected.Length;
        }
    }

    private static byte[] Make(int length)
    {
        byte[] content = new byte[length];
        new Random(20_260_101).NextBytes(content);
        return content;
    }
}

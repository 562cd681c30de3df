using System.Runtime.CompilerServices;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

/// <summary>Bytes in, bytes out.</summary>
internal static class Wire
{
    /// <summary>Bytes from hexadecimal digits, in groups as they read best.</summary>
    public static byte[] Bytes(params string[] hex) => Convert.FromHexString(string.Concat(hex).Replace(" ", "", StringComparison.Ordinal));

    /// <summary>The bytes that a header writes, and that it writes no others.</summary>
    public static byte[] Emitted<THeader>(THeader header) where THeader : unmanaged
    {
        PoisonedBuffer buffer = new(16, Unsafe.SizeOf<THeader>(), 16);
        Headers.At<THeader>(ref buffer.Room[0], 0) = header;

        Assert.That(buffer.IsUntouchedAround, Is.True, "wrote outside of itself");
        return buffer.Room.ToArray();
    }

    /// <summary>The only way to ask whether bytes are read: from an array that ends where they end.</summary>
    public static bool IsRead<THeader>(byte[] bytes) where THeader : unmanaged, IHeader<THeader> => Layer<THeader>.TryRead(bytes, out _);

    /// <summary>Asserts that a header is not read from any of its prefixes shorter than it is.</summary>
    public static void IsRejectedWhenTruncated<THeader>(byte[] bytes, int length) where THeader : unmanaged, IHeader<THeader>
    {
        Assert.That(IsRead<THeader>(bytes[..length]), Is.True, "whole");

        for (int cut = 0; cut < length; cut++)
        {
            Assert.That(IsRead<THeader>(bytes[..cut]), Is.False, $"cut to {cut} bytes");
        }
    }

    /// <summary>A copy with one byte changed.</summary>
    public static byte[] With(this byte[] bytes, int index, byte value)
    {
        byte[] copy = [.. bytes];
        copy[index] = value;
        return copy;
    }
}

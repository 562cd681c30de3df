using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VRouter.Encap;

public static partial class Checksum
{
    /// <summary>The sum of any number of bytes; an odd last one counts as the upper half of its word.</summary>
    public static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        ref byte at = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length;
        int summed = 0;
        ulong sum = 0;

        if (length >= Vector256<byte>.Count)
        {
            summed = Vector512.IsHardwareAccelerated && length >= 2 * Vector512<byte>.Count
                ? length & -(2 * Vector512<byte>.Count)
                : length & -Vector256<byte>.Count;

            sum = Vector512.IsHardwareAccelerated && length >= 2 * Vector512<byte>.Count
                ? SumPairsOf512(ref at, summed)
                : SumOf256(ref at, summed);

            if (length - summed >= Vector256<byte>.Count)
            {
                int more = (length - summed) & -Vector256<byte>.Count;
                sum += SumOf256(ref Unsafe.Add(ref at, summed), more);
                summed += more;
            }
        }

        return ToHost(Fold(sum + SumRest(ref Unsafe.Add(ref at, summed), length - summed)));
    }

    // 32-bit words are added in lanes of 64 bits, where 2^32 of them fit without a carry.
    private static ulong SumPairsOf512(ref byte at, int length)
    {
        Vector512<ulong> low = Vector512.Create<ulong>(uint.MaxValue);
        Vector512<ulong> even = default, odd = default;

        for (int i = 0; i < length; i += 2 * Vector512<byte>.Count)
        {
            Vector512<ulong> a = Vector512.LoadUnsafe(ref at, (nuint)i).AsUInt64();
            Vector512<ulong> b = Vector512.LoadUnsafe(ref at, (nuint)(i + Vector512<byte>.Count)).AsUInt64();
            even += (a & low) + (b & low);
            odd += (a >>> 32) + (b >>> 32);
        }

        return Vector512.Sum(even + odd);
    }

    private static ulong SumOf256(ref byte at, int length)
    {
        Vector256<ulong> low = Vector256.Create<ulong>(uint.MaxValue);
        Vector256<ulong> even = default, odd = default;

        for (int i = 0; i < length; i += Vector256<byte>.Count)
        {
            Vector256<ulong> words = Vector256.LoadUnsafe(ref at, (nuint)i).AsUInt64();
            even += words & low;
            odd += words >>> 32;
        }

        return Vector256.Sum(even + odd);
    }

    private static ulong SumRest(ref byte at, int length)
    {
        ulong sum = 0;

        for (; length >= 8; length -= 8)
        {
            ulong words = Unsafe.ReadUnaligned<ulong>(ref at);
            sum += (uint)words + (words >> 32);
            at = ref Unsafe.Add(ref at, 8);
        }

        if ((length & 4) != 0)
        {
            sum += Unsafe.ReadUnaligned<uint>(ref at);
            at = ref Unsafe.Add(ref at, 4);
        }

        if ((length & 2) != 0)
        {
            sum += Unsafe.ReadUnaligned<ushort>(ref at);
            at = ref Unsafe.Add(ref at, 2);
        }

        if ((length & 1) != 0)
        {
            sum += BitConverter.IsLittleEndian ? at : (uint)at << 8;
        }

        return sum;
    }
}

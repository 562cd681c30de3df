using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VRouter.Forwarding;

/// <summary>Which of a node's 256 slots differ from the one before: where its runs begin.</summary>
[InlineArray(Words)]
internal struct TrieStarts
{
    public const int Slots = 256;

    private const int Words = 4;

    private ulong _word;

    /// <summary>How many runs there are: 1 to 256.</summary>
    public readonly int Count =>
        BitOperations.PopCount(this[0]) + BitOperations.PopCount(this[1]) + BitOperations.PopCount(this[2]) + BitOperations.PopCount(this[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref ulong Word(ref readonly TrieStarts starts, nuint word) => ref Unsafe.Add(ref Unsafe.AsRef(in starts._word), word);

    /// <summary>Finds the runs of 256 slots.</summary>
    public static TrieStarts Of(ReadOnlySpan<uint> slots)
    {
        TrieStarts starts = default;
        ref uint first = ref MemoryMarshal.GetReference(slots[..Slots]);

        for (int i = 8; i < Slots; i += 8)
        {
            Vector256<uint> equal = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), Vector256.LoadUnsafe(ref first, (nuint)i - 1));
            Word(ref starts, (nuint)i >> 6) |= (ulong)(byte)~equal.ExtractMostSignificantBits() << i;
        }

        starts[0] |= 1;

        for (int i = 1; i < 8; i++)
        {
            starts[0] |= slots[i] != slots[i - 1] ? 1UL << i : 0;
        }

        return starts;
    }

    /// <summary>A byte for each word: the starts before it.</summary>
    public readonly uint Ranks()
    {
        int before1 = BitOperations.PopCount(this[0]);
        int before2 = before1 + BitOperations.PopCount(this[1]);
        int before3 = before2 + BitOperations.PopCount(this[2]);
        return (uint)(before1 << 8 | before2 << 16 | before3 << 24);
    }

    /// <summary>Copies the first slot of every run to <paramref name="runs"/>.</summary>
    public readonly void Fold(ReadOnlySpan<uint> slots, Span<uint> runs)
    {
        int run = 0;

        for (int word = 0; word < Words; word++)
        {
            for (ulong left = this[word]; left != 0; left &= left - 1)
            {
                runs[run++] = slots[64 * word + BitOperations.TrailingZeroCount(left)];
            }
        }
    }

    /// <summary>Copies every run to all of its slots.</summary>
    public readonly void Unfold(ReadOnlySpan<uint> runs, Span<uint> slots)
    {
        int run = -1;

        for (int word = 0; word < Words; word++)
        {
            ulong bits = this[word];
            Span<uint> part = slots.Slice(64 * word, 64);

            for (int i = 0; i < part.Length; i++)
            {
                run += (int)(bits >> i & 1);
                part[i] = runs[run];
            }
        }
    }
}

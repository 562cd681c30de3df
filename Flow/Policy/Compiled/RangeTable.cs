using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VRouter.Flow;

/// <summary>Many maps from ranges of numbers to values, side by side in two arrays: one range after the other, each known by its start.</summary>
/// <remarks>
/// A map's starts are searched a cache line at a time. Behind more than a line of them stand samples, the first of each line; behind more
/// than a line of samples, samples of these: 65,536 starts of eight bytes are six lines, whatever they are.
/// </remarks>
internal sealed class RangeTable<T> where T : unmanaged
{
    /// <summary>What an empty map gives: greater than any value.</summary>
    public const int Nothing = int.MaxValue;

    private readonly T[] _starts;
    private readonly int[] _values;

    private RangeTable(T[] starts, int[] values) => (_starts, _values) = (starts, values);

    private static int Line => 64 / Unsafe.SizeOf<T>();

    public long Bytes => (long)_starts.Length * Unsafe.SizeOf<T>() + (long)_values.Length * sizeof(int);

    /// <summary>The value of the range that the number lies in.</summary>
    public int Find(in RangeSpan span, T number) => span.Count switch
    {
        0 => Nothing,
        1 => _values[span.Values],
        _ => _values[span.Values + FindStart(span.Starts, span.Count, number)],
    };

    private int FindStart(int first, int count, T number)
    {
        int from = 0;

        if (count > Line)
        {
            from = FindStart(first + count, SamplesOf(count), number) * Line;
            count = Math.Min(Line, count - from);
        }

        return from + CountUpTo(ref _starts[first + from], count, number) - 1;
    }

    private static int SamplesOf(int count) => (count + Line - 1) / Line;

    // Reads a whole line, of which only so many are the map's: the array has a spare line at its end.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountUpTo(ref T starts, int count, T number)
    {
        Vector256<T> wanted = Vector256.Create(number);
        ulong low = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref starts), wanted).ExtractMostSignificantBits();
        ulong high = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref starts, (nuint)Vector256<T>.Count), wanted).ExtractMostSignificantBits();

        return BitOperations.PopCount((low | high << Vector256<T>.Count) & ((1UL << count) - 1));
    }

    /// <summary>The table in the making.</summary>
    public sealed class Builder
    {
        private readonly List<T> _starts = [];
        private readonly List<int> _values = [];

        /// <summary>Adds a map; the starts ascend from the least number there is.</summary>
        public RangeSpan Add(ReadOnlySpan<T> starts, ReadOnlySpan<int> values)
        {
            var span = new RangeSpan(_starts.Count, _values.Count, starts.Length);

            CollectionExtensions.AddRange(_starts, starts);
            CollectionExtensions.AddRange(_values, values);
            AddSamples(span.Starts, span.Count);
            return span;
        }

        public RangeTable<T> Build() => new([.. _starts, .. new T[Line]], [.. _values]);

        private void AddSamples(int first, int count)
        {
            for (int level = count; level > Line; level = SamplesOf(level))
            {
                for (int i = 0; i < level; i += Line)
                {
                    _starts.Add(_starts[first + i]);
                }

                first += level;
            }
        }
    }
}

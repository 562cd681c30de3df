using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Flow;

/// <summary>The memory of all pairs. Entry n is direction n &amp; 1 of pair n / 2; pair 0 is nobody's and holds the table's own numbers.</summary>
internal sealed class FlowPairs : IDisposable
{
    private readonly NativeArray<FlowPair> _pairs;

    public FlowPairs(int capacity, FlowSeed seed, PageKind pages)
    {
        Capacity = capacity;
        _pairs = new NativeArray<FlowPair>(capacity + 1, pages);
        Numbers.Seed = seed;
        Numbers.End = 1;
        Memory = new MemoryAhead<FlowPair>(_pairs, 32 << 20);
    }

    /// <summary>The most pairs.</summary>
    public int Capacity { get; }

    /// <summary>Pairs in use.</summary>
    public int Count => Numbers.Count;

    /// <summary>Pairs that were ever in use, and pair 0; any thread may ask.</summary>
    public int Used => Volatile.Read(ref Numbers.End);

    /// <summary>The pages that come next.</summary>
    public MemoryAhead<FlowPair> Memory { get; }

    private ref FlowPairsState Numbers => ref Unsafe.As<FlowPair, FlowPairsState>(ref _pairs[0]);

    /// <summary>A pair, alive or not.</summary>
    public ref FlowPair this[uint pair]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _pairs[(int)pair];
    }

    /// <summary>One direction of a pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FlowEntry Entry(uint entry) => ref Unsafe.Add(ref _pairs[(int)(entry >> 1)].Forward, entry & 1);

    /// <summary>A cleared pair; 0 when all are in use.</summary>
    public uint Take()
    {
        ref FlowPairsState numbers = ref Numbers;
        uint pair = numbers.Free;

        if (pair != 0)
        {
            numbers.Free = _pairs[(int)pair].Origin.Next;
            _pairs[(int)pair] = default;
        }
        else if (numbers.End <= Capacity)
        {
            pair = (uint)numbers.End;
            Volatile.Write(ref numbers.End, numbers.End + 1);
        }
        else
        {
            return 0;
        }

        numbers.Count++;
        return pair;
    }

    /// <summary>Gives a pair back. The last one given back is the first one taken: its lines are warm.</summary>
    public void Return(uint pair)
    {
        ref FlowPairsState numbers = ref Numbers;
        ref FlowPair gone = ref _pairs[(int)pair];
        gone.State.Class = FlowClass.None;

        // Whoever still has its number from before finds that it is nobody's.
        gone.Forward.Key = default;
        gone.Reverse.Key = default;
        gone.Origin.Next = numbers.Free;
        numbers.Free = pair;
        numbers.Count--;
    }

    /// <inheritdoc/>
    public void Dispose() => _pairs.Dispose();
}

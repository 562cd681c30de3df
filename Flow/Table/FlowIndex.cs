using System.Numerics;
using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Flow;

/// <summary>
/// From the hash of a key to the entries that may have it, in two cache lines at most: a hash has a home bucket and another one. It grows
/// by linear hashing, two buckets split for every entry that comes while it is too full, so that no step is long.
/// </summary>
internal sealed class FlowIndex : IDisposable
{
    private const int MostEntriesABucket = 5;
    private const int FirstBuckets = 1024;
    private const int SplitsAnEntry = 2;

    // Bucket n lies at n + 1: the first line holds the index's own numbers.
    private readonly NativeArray<FlowBucket> _buckets;
    private readonly int _most;

    /// <summary>Reserves room for so many entries; pages are taken as the index grows.</summary>
    public FlowIndex(int entries, PageKind pages)
    {
        _most = Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)(entries / MostEntriesABucket + 1)), 16);
        _buckets = new NativeArray<FlowBucket>(_most + 1, pages);
        State.Half = Math.Min(_most, FirstBuckets);
        State.Buckets = State.Half;
        Memory = new MemoryAhead<FlowBucket>(_buckets, 16 << 20);
    }

    /// <summary>The pages that come next.</summary>
    public MemoryAhead<FlowBucket> Memory { get; }

    /// <summary>Bytes in use.</summary>
    public long BytesUsed => (long)Used * Unsafe.SizeOf<FlowBucket>();

    /// <summary>Buckets in use, the line of numbers included; any thread may ask.</summary>
    public int Used => Volatile.Read(ref State.Buckets) + 1;

    private ref FlowIndexState State
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.As<FlowBucket, FlowIndexState>(ref _buckets[0]);
    }

    /// <summary>The bucket that most entries of a hash are in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FlowBucket Home(uint hash) => ref _buckets[Number(hash) + 1];

    /// <summary>The bucket that the rest of them is in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FlowBucket Other(uint hash) => ref _buckets[Number(Mixed(hash)) + 1];

    /// <summary>Adds an entry. False: no room for this hash, which below the limit happens once in many millions.</summary>
    public bool TryAdd(uint hash, uint entry)
    {
        Grow();

        if (!Home(hash).TryAdd(hash, entry) && !Other(hash).TryAdd(hash, entry) && !TryAddAfterMoving(hash, entry))
        {
            return false;
        }

        State.Count++;
        return true;
    }

    /// <summary>Removes an entry that is there.</summary>
    public void Remove(uint hash, uint entry)
    {
        if (Home(hash).TryRemove(entry) || Other(hash).TryRemove(entry))
        {
            State.Count--;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _buckets.Dispose();

    // Buckets below Buckets - Half are split already: one more bit of the hash tells them apart.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Number(uint hash)
    {
        ref FlowIndexState state = ref State;
        int number = (int)hash & (2 * state.Half - 1);
        return number < state.Buckets ? number : number - state.Half;
    }

    // The upper half of a product depends on every bit of the hash, so those who share a home do not share the other bucket.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mixed(uint hash) => (uint)(((hash ^ 0x5BD1_E995) * 0x9E37_79B9_7F4A_7C15) >> 32);

    private bool TryAddAfterMoving(uint hash, uint entry)
    {
        ref FlowBucket home = ref Home(hash);
        return (TryMoveOne(ref home) && home.TryAdd(hash, entry))
            || (TryMoveOne(ref Other(hash)) && Other(hash).TryAdd(hash, entry));
    }

    /// <summary>Moves one entry of a full bucket to its other one.</summary>
    private bool TryMoveOne(ref FlowBucket full)
    {
        for (int slot = 0; slot < FlowBucket.Slots; slot++)
        {
            uint hash = full.Hash(slot);
            ref FlowBucket home = ref Home(hash);
            ref FlowBucket target = ref Unsafe.AreSame(ref home, ref full) ? ref Other(hash) : ref home;

            // Where both are the same bucket, that is full.
            if (target.TryAdd(hash, full.Entry(slot)))
            {
                full.Clear(slot);
                return true;
            }
        }

        return false;
    }

    private void Grow()
    {
        ref FlowIndexState state = ref State;
        bool growing = state.Buckets != state.Half;

        for (int i = 0; i < SplitsAnEntry && state.Buckets < _most && (growing || 2 * state.Count > 9 * state.Buckets); i++)
        {
            Split(ref state);
            growing = state.Buckets != state.Half;
        }
    }

    private void Split(ref FlowIndexState state)
    {
        int number = state.Buckets - state.Half;
        int mask = 2 * state.Half - 1;
        ref FlowBucket old = ref _buckets[number + 1];
        ref FlowBucket added = ref _buckets[state.Buckets + 1];

        for (int slot = 0; slot < FlowBucket.Slots; slot++)
        {
            uint hash = old.Hash(slot);
            uint home = ((int)hash & (mask >> 1)) == number ? hash : Mixed(hash);

            if (old.Entry(slot) != 0 && ((int)home & mask) != number)
            {
                _ = added.TryAdd(hash, old.Entry(slot));
                old.Clear(slot);
            }
        }

        Volatile.Write(ref state.Buckets, state.Buckets + 1);

        if (state.Buckets == 2 * state.Half)
        {
            state.Half = state.Buckets;
        }
    }
}

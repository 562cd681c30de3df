using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Flow;

/// <summary>
/// The flows of one worker, who alone may call everything here but <see cref="TouchAhead"/>. Both directions of a flow are a pair of entries,
/// found by their keys; an entry is a number, 0 is none. Nothing here locks, allocates managed memory, or takes long.
/// </summary>
public sealed partial class FlowTable : IDisposable
{
    private readonly FlowPairs _pairs;
    private readonly FlowIndex _index;
    private readonly FlowWheels _wheels;
    private readonly FlowHasher _hasher;

    /// <summary>Reserves room for so many pairs; memory is taken as flows come.</summary>
    /// <param name="capacity">The most pairs: half of a limit in directions.</param>
    /// <param name="seed">The secret of the hash.</param>
    /// <param name="timeouts">How long flows live.</param>
    /// <param name="now">The owner's clock, in milliseconds; it may not run backwards.</param>
    /// <param name="pages">The pages wanted.</param>
    public FlowTable(int capacity, FlowSeed seed, FlowTimeouts timeouts, long now, PageKind pages = PageKind.Transparent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MostPairs);

        _hasher = new FlowHasher(seed);
        _pairs = new FlowPairs(capacity, seed, pages);
        _index = new FlowIndex(2 * capacity, pages);
        _wheels = new FlowWheels(_pairs, timeouts, now);
    }

    /// <summary>The most pairs that a table can have.</summary>
    public const int MostPairs = 1 << 28;

    /// <summary>Pairs in the table.</summary>
    public int Count => _pairs.Count;

    /// <summary>The most pairs.</summary>
    public int Capacity => _pairs.Capacity;

    /// <summary>Bytes of memory that flows have taken so far, the index included.</summary>
    public long BytesUsed => (long)_pairs.Used * Unsafe.SizeOf<FlowPair>() + _index.BytesUsed;

    /// <summary>The other direction of an entry's flow.</summary>
    public static uint Peer(uint entry) => entry ^ 1;

    /// <summary>The forward direction of an entry's flow: that of its first packet.</summary>
    public static uint Forward(uint entry) => entry & ~1u;

    /// <summary>What is done to the packets of a direction. Its key is not to be changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FlowEntry Entry(uint entry) => ref _pairs.Entry(entry);

    /// <summary>What packets have changed in an entry's flow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FlowState State(uint entry) => ref _pairs[entry >> 1].State;

    /// <summary>Where an entry's flow comes from.</summary>
    public ref FlowOrigin Origin(uint entry) => ref _pairs[entry >> 1].Origin;

    /// <summary>A copy of an entry's flow, both directions.</summary>
    public FlowSnapshot Snapshot(uint entry) => new(in _pairs[entry >> 1]);

    /// <summary>
    /// Sets a flow up. 0: the table is full (then <see cref="FindVictim"/> may help), or one of the keys is in it. Where both keys are the same,
    /// there is one direction only.
    /// </summary>
    /// <param name="forward">The key of the first packet.</param>
    /// <param name="reverse">The key of what will come back.</param>
    /// <param name="kind">How it is to age: <see cref="FlowClassExtensions.ClassOfNew"/>, or denied.</param>
    /// <param name="now">The time in milliseconds.</param>
    public uint Insert(in FlowKey forward, in FlowKey reverse, FlowClass kind, long now)
    {
        uint forwardHash = _hasher.Hash(in forward);
        uint reverseHash = _hasher.Hash(in reverse);

        if (Find(in forward, forwardHash) != 0 || Find(in reverse, reverseHash) != 0)
        {
            return 0;
        }

        uint pair = _pairs.Take();

        if (pair == 0)
        {
            return 0;
        }

        ref FlowPair item = ref _pairs[pair];
        item.Forward.Key = forward;
        item.Reverse.Key = reverse;
        item.State.LastSeen = (uint)now;
        item.Origin.Started = now;

        if (!TryIndex(2 * pair, in item, forwardHash, reverseHash))
        {
            _pairs.Return(pair);
            return 0;
        }

        _wheels.Add(pair, kind, now);
        return 2 * pair;
    }

    /// <summary>Removes an entry's flow, both directions.</summary>
    public void Remove(uint entry)
    {
        uint pair = entry >> 1;
        ref FlowPair item = ref _pairs[pair];

        if (pair == 0 || item.State.Class == FlowClass.None)
        {
            return;
        }

        _wheels.Remove(pair);
        _index.Remove(_hasher.Hash(in item.Forward.Key), 2 * pair);

        if (item.Forward.Key != item.Reverse.Key)
        {
            _index.Remove(_hasher.Hash(in item.Reverse.Key), 2 * pair + 1);
        }

        _pairs.Return(pair);
    }

    /// <summary>
    /// Gives a direction another key, by which its packets turn out to come. False: it has another flow, or both directions share a key; nothing
    /// is changed.
    /// </summary>
    public bool TryRekey(uint entry, in FlowKey key)
    {
        ref FlowEntry item = ref _pairs.Entry(entry);
        uint hash = _hasher.Hash(in key);
        uint before = _hasher.Hash(in item.Key);

        if (item.Key == _pairs.Entry(Peer(entry)).Key || Find(in key, hash) != 0)
        {
            return false;
        }

        // Out first: both hashes may lead to one bucket, which tells slots apart by entry.
        _index.Remove(before, entry);

        if (!_index.TryAdd(hash, entry))
        {
            _ = _index.TryAdd(before, entry);
            return false;
        }

        item.Key = key;
        return true;
    }

    /// <summary>
    /// Lists flows, by their forward entries, in no order: looks at as many pairs as there is room for, from <paramref name="cursor"/> on, which
    /// is 0 at first and again at the end. Flows that come or go in between may be missed, others not.
    /// </summary>
    public int List(ref uint cursor, Span<uint> entries)
    {
        int count = 0;
        uint end = (uint)Math.Min(_pairs.Used, cursor + 1L + entries.Length);
        uint pair = cursor + 1;

        for (; pair < end; pair++)
        {
            if (_pairs[pair].State.Class != FlowClass.None)
            {
                entries[count++] = 2 * pair;
            }
        }

        cursor = pair < _pairs.Used ? pair - 1 : 0;
        return count;
    }

    /// <summary>
    /// Takes the memory that flows will need next. To be called by another thread than the owner's, every 10 ms or so, so that the owner never
    /// waits for the kernel to clear pages. True: there was some to take.
    /// </summary>
    public bool TouchAhead() => _pairs.Memory.Touch(_pairs.Used) | _index.Memory.Touch(_index.Used);

    /// <inheritdoc/>
    public void Dispose()
    {
        _pairs.Dispose();
        _index.Dispose();
        _wheels.Dispose();
    }

    private bool TryIndex(uint entry, in FlowPair item, uint forwardHash, uint reverseHash)
    {
        if (!_index.TryAdd(forwardHash, entry))
        {
            return false;
        }

        if (item.Forward.Key == item.Reverse.Key || _index.TryAdd(reverseHash, Peer(entry)))
        {
            return true;
        }

        _index.Remove(forwardHash, entry);
        return false;
    }
}

using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// Native memory for next hops. A slot is written once, published, and used again only after every worker has passed the batch
/// boundary that followed its retirement.
/// </summary>
internal sealed class NextHopSlots(int capacity) : IDisposable
{
    private readonly NativeArray<NextHopState> _slots = new(capacity);
    private readonly Stack<int> _free = [];
    private readonly Queue<(ulong Generation, int Slot)> _retired = [];
    private readonly List<int> _retiring = [];
    private int _used = 1;

    /// <summary>The slots themselves, for the walk.</summary>
    public NativeArray<NextHopState> Slots => _slots;

    public ref NextHopState this[int slot] => ref _slots[slot];

    /// <summary>Whether <paramref name="count"/> more slots can be had.</summary>
    public bool HasRoom(int count) => _free.Count + _slots.Length - _used >= count;

    public int Take(in NextHopState nextHop)
    {
        int slot = _free.TryPop(out int free) ? free : _used++;
        _slots[slot] = nextHop;
        return slot;
    }

    public void Retire(int slot) => _retiring.Add(slot);

    /// <summary>Closes the list of what the state of this generation no longer uses.</summary>
    public void Commit(ulong generation)
    {
        foreach (int slot in _retiring)
        {
            _retired.Enqueue((generation, slot));
        }

        _retiring.Clear();
    }

    /// <summary>Whether slots wait to be freed.</summary>
    public bool HasRetired => _retired.Count > 0;

    /// <summary>Frees what no reader of <paramref name="safeGeneration"/> or later can see, and lets its neighbours go.</summary>
    public void Reclaim(ulong safeGeneration, NeighbourTable neighbours)
    {
        while (_retired.TryPeek(out (ulong Generation, int Slot) oldest) && oldest.Generation <= safeGeneration)
        {
            int slot = _retired.Dequeue().Slot;
            neighbours.Release(_slots[slot].Neighbour);
            _free.Push(slot);
        }
    }

    public void Dispose() => _slots.Dispose();
}

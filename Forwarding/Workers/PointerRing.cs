namespace VRouter.Forwarding;

/// <summary>
/// A ring of flow pointers between one producer and one consumer. What does not fit waits on the producer's side: a pointer that were lost
/// would lead packets astray for as long as its flow lives.
/// </summary>
internal sealed class PointerRing
{
    private const int Size = 4096;

    // A worker that sleeps has so much of the ring to be told in: then it is woken.
    private const int Enough = Size / 2;

    private readonly FlowPointer[] _slots = GC.AllocateArray<FlowPointer>(Size, pinned: true);
    private readonly Queue<FlowPointer> _waiting = new(Size);
    private PaddedCounters _counters;

    /// <summary>Who takes them.</summary>
    public Worker? Taker { get; set; }

    /// <summary>Whether there is anything to take.</summary>
    public bool HasAny => Volatile.Read(ref _counters.Produced) != _counters.Consumed;

    private bool HasRoom => _counters.Produced - Volatile.Read(ref _counters.Consumed) < Size;

    /// <summary>Puts a pointer in; it is seen at once. False: it waits for room, and so is what depends on it to do.</summary>
    public bool Put(in FlowPointer pointer)
    {
        if (!TryPutWaiting() || !HasRoom)
        {
            _waiting.Enqueue(pointer);
            return false;
        }

        Put(pointer, _counters.Produced);
        return true;
    }

    /// <summary>Puts in what has waited for room; false when some still waits.</summary>
    public bool TryPutWaiting()
    {
        while (_waiting.Count > 0 && HasRoom)
        {
            Put(_waiting.Dequeue(), _counters.Produced);
        }

        return _waiting.Count == 0;
    }

    /// <summary>Takes the oldest pointer.</summary>
    public bool TryTake(out FlowPointer pointer)
    {
        uint consumed = _counters.Consumed;
        bool any = Volatile.Read(ref _counters.Produced) != consumed;
        pointer = any ? _slots[consumed & (Size - 1)] : default;

        if (any)
        {
            Volatile.Write(ref _counters.Consumed, consumed + 1);
        }

        return any;
    }

    private void Put(in FlowPointer pointer, uint place)
    {
        _slots[place & (Size - 1)] = pointer;
        Volatile.Write(ref _counters.Produced, place + 1);

        if (place + 1 - Volatile.Read(ref _counters.Consumed) == Enough)
        {
            Taker?.WakeIfAsleep();
        }
    }
}

namespace VRouter.Forwarding;

/// <summary>A ring of packets between one producer and one consumer, on any threads.</summary>
internal sealed class PacketRing
{
    private readonly Packet[] _slots;
    private readonly int _mask;
    private PaddedCounters _counters;

    // The producer's own: what it has put in and not shown yet, and how far the consumer was when it was last asked.
    private uint _added;
    private uint _consumed;

    public PacketRing(int size)
    {
        if (size <= 0 || (size & (size - 1)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "a ring's size is a power of two");
        }

        _slots = GC.AllocateArray<Packet>(size, pinned: true);
        _mask = size - 1;
    }

    public int Count => (int)(Volatile.Read(ref _counters.Produced) - Volatile.Read(ref _counters.Consumed));

    /// <summary>Puts in as many as there is room for, in order; says how many.</summary>
    public int Put(ReadOnlySpan<Packet> packets)
    {
        uint produced = _counters.Produced;
        int room = _slots.Length - (int)(produced - Volatile.Read(ref _counters.Consumed));
        int count = Math.Min(room, packets.Length);
        int first = Math.Min(count, _slots.Length - (int)(produced & _mask));

        packets[..first].CopyTo(_slots.AsSpan((int)(produced & _mask)));
        packets[first..count].CopyTo(_slots);
        Volatile.Write(ref _counters.Produced, produced + (uint)count);

        return count;
    }

    /// <summary>Puts one in that the consumer does not see before <see cref="Show"/>. False: there is no room.</summary>
    public bool TryAdd(in Packet packet)
    {
        uint place = _counters.Produced + _added;

        if (place - _consumed == (uint)_slots.Length)
        {
            _consumed = Volatile.Read(ref _counters.Consumed);

            if (place - _consumed == (uint)_slots.Length)
            {
                return false;
            }
        }

        _slots[place & _mask] = packet;
        _added++;
        return true;
    }

    /// <summary>Shows the consumer what was added; whether there was anything.</summary>
    public bool Show()
    {
        if (_added == 0)
        {
            return false;
        }

        Volatile.Write(ref _counters.Produced, _counters.Produced + _added);
        _added = 0;
        return true;
    }

    /// <summary>Takes out as many as there are, up to the length of <paramref name="packets"/>; says how many.</summary>
    public int Take(Span<Packet> packets)
    {
        uint consumed = _counters.Consumed;
        int waiting = (int)(Volatile.Read(ref _counters.Produced) - consumed);
        int count = Math.Min(waiting, packets.Length);
        int first = Math.Min(count, _slots.Length - (int)(consumed & _mask));

        _slots.AsSpan((int)(consumed & _mask), first).CopyTo(packets);
        _slots.AsSpan(0, count - first).CopyTo(packets[first..]);
        Volatile.Write(ref _counters.Consumed, consumed + (uint)count);

        return count;
    }
}

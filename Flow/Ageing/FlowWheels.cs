using VRouter.Native;

namespace VRouter.Flow;

/// <summary>
/// When pairs are due, and which are the longest unused, a wheel for each class. A packet only notes its time; its pair is moved when its slot
/// comes by. So a pair is never due early, and found late by a thousandth of its timeout at most.
/// </summary>
internal sealed class FlowWheels : IDisposable
{
    private const int MostMoves = 32;

    private readonly FlowPairs _pairs;
    private readonly NativeArray<FlowWheel> _wheels = new((int)FlowClass.Pinned);

    public FlowWheels(FlowPairs pairs, FlowTimeouts timeouts, long now)
    {
        _pairs = pairs;
        Set(timeouts, now);
    }

    public void Set(FlowTimeouts timeouts, long now)
    {
        for (FlowClass kind = FlowClass.Denied; kind < FlowClass.Pinned; kind++)
        {
            _wheels[(int)kind].Set(timeouts.Milliseconds(kind), now);
        }
    }

    /// <summary>Puts a pair among those of a class.</summary>
    public void Add(uint pair, FlowClass kind, long now)
    {
        ref FlowPair item = ref _pairs[pair];
        item.State.Class = kind;
        item.Origin.Since = (uint)now;

        if (kind != FlowClass.Pinned)
        {
            Link(pair, ref item, now);
        }
    }

    /// <summary>Takes a pair out.</summary>
    public void Remove(uint pair)
    {
        ref FlowOrigin origin = ref _pairs[pair].Origin;

        if (origin.Slot == 0)
        {
            return;
        }

        if (origin.Next != 0)
        {
            _pairs[origin.Next].Origin.Previous = origin.Previous;
        }

        if (origin.Previous != 0)
        {
            _pairs[origin.Previous].Origin.Next = origin.Next;
        }
        else
        {
            _wheels[(int)_pairs[pair].State.Class].SetFirst(origin.Slot - 1, origin.Next);
        }

        origin.Slot = 0;
        origin.Next = origin.Previous = 0;
    }

    /// <summary>Takes out the pairs whose time has come; looks at no more pairs than there is room for.</summary>
    public int TakeDue(long now, Span<uint> due)
    {
        int count = 0;
        int left = due.Length;

        for (FlowClass kind = FlowClass.Denied; kind < FlowClass.Pinned && left > 0; kind++)
        {
            ref FlowWheel wheel = ref _wheels[(int)kind];

            while (left > 0 && wheel.TryTurn(now))
            {
                left--;
                uint pair = wheel.First((int)wheel.Hand & (FlowWheel.Slots - 1));

                if (!TryMove(pair, now))
                {
                    due[count++] = pair;
                }
            }
        }

        return count;
    }

    /// <summary>The pair that gives way first: a denied one, a closed one, the half-open one that was not used for longest; 0 = none may.</summary>
    public uint FindVictim(long now)
    {
        uint victim = _wheels[(int)FlowClass.Denied].Soonest();

        if (victim == 0)
        {
            victim = _wheels[(int)FlowClass.Closed].Soonest();
        }

        for (FlowClass kind = FlowClass.TcpNew; kind <= FlowClass.OtherNew && (victim == 0 || _pairs[victim].State.Class.IsHalfOpen()); kind++)
        {
            uint candidate = LeastRecentlyUsed(kind, now);

            if (candidate != 0 && (victim == 0 || Unused(candidate, now) > Unused(victim, now)))
            {
                victim = candidate;
            }
        }

        return victim;
    }

    /// <inheritdoc/>
    public void Dispose() => _wheels.Dispose();

    private uint LeastRecentlyUsed(FlowClass kind, long now)
    {
        uint best = 0;

        for (int i = 0; i < MostMoves; i++)
        {
            uint pair = _wheels[(int)kind].Soonest();

            if (pair == 0)
            {
                break;
            }

            if (_pairs[pair].State.LastSeen == _pairs[pair].Origin.Since)
            {
                return pair;
            }

            if (best == 0 || Unused(pair, now) > Unused(best, now))
            {
                best = pair;
            }

            Move(pair, now);
        }

        return best;
    }

    // Differences of the lower 32 bits hold for seven weeks, longer than any timeout.
    private uint Unused(uint pair, long now) => (uint)now - _pairs[pair].State.LastSeen;

    /// <summary>Moves a pair to the slot of its real deadline. False: that is past, and it was taken out.</summary>
    private bool TryMove(uint pair, long now)
    {
        ref FlowPair item = ref _pairs[pair];
        FlowClass kind = item.State.Class;
        uint from = kind.LivesByUse() ? item.State.LastSeen : item.Origin.Since;
        Remove(pair);

        if ((uint)now - from >= (uint)_wheels[(int)kind].Timeout)
        {
            return false;
        }

        item.Origin.Since = from;
        Link(pair, ref item, now);
        return true;
    }

    private void Move(uint pair, long now)
    {
        ref FlowPair item = ref _pairs[pair];
        Remove(pair);
        item.Origin.Since = item.State.LastSeen;
        Link(pair, ref item, now);
    }

    private void Link(uint pair, ref FlowPair item, long now)
    {
        ref FlowWheel wheel = ref _wheels[(int)item.State.Class];
        _ = wheel.TryTurn(now);
        int slot = wheel.SlotOf(now - ((uint)now - item.Origin.Since) + wheel.Timeout);
        uint next = wheel.First(slot);

        item.Origin.Slot = (ushort)(slot + 1);
        item.Origin.Next = next;
        item.Origin.Previous = 0;
        wheel.SetFirst(slot, pair);

        if (next != 0)
        {
            _pairs[next].Origin.Previous = pair;
        }
    }
}

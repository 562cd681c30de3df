using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// One worker's flows that began and ended, until the control side takes them between two batches. The worker's alone. Full, it loses
/// what comes, and counts it: what it holds is from before the gap.
/// </summary>
internal sealed class FlowLog(int capacity = FlowLog.DefaultCapacity) : IDisposable
{
    /// <summary>As many as a worker sets up in some 50 ms at its fastest. Memory is taken when it is first used.</summary>
    public const int DefaultCapacity = 1 << 16;

    // Small pages: the worker is not to wait while the kernel clears a huge one.
    private readonly NativeArray<FlowLogEvent> _events = new(capacity, PageKind.Small);
    private int _first;
    private int _count;
    private long _lost;

    /// <summary>Whether anything is noted.</summary>
    public bool IsOn { get; set; }

    /// <summary>Notes that a flow has begun.</summary>
    public void Started(FlowTable table, uint entry, long now)
    {
        if (IsOn)
        {
            Add(table, entry, FlowEndReason.None, now);
        }
    }

    /// <summary>Notes that a flow ends; before it is removed.</summary>
    public void Ended(FlowTable table, uint entry, FlowEndReason reason, long now)
    {
        if (IsOn)
        {
            Add(table, entry, reason, now);
        }
    }

    /// <summary>Takes the oldest events, as many as there is room for.</summary>
    public int Take(Span<FlowLogEvent> events)
    {
        int count = Math.Min(_count, events.Length);

        for (int i = 0; i < count; i++)
        {
            events[i] = _events[Place(_first + i)];
        }

        _count -= count;

        // From the beginning again when there is nothing: no more memory is touched than was ever full.
        _first = _count == 0 ? 0 : Place(_first + count);
        return count;
    }

    /// <summary>Forgets all events.</summary>
    public void Clear() => (_first, _count, _lost) = (0, 0, 0);

    /// <summary>How many were lost since this was last asked.</summary>
    public long TakeLost()
    {
        long lost = _lost;
        _lost = 0;
        return lost;
    }

    public void Dispose() => _events.Dispose();

    private void Add(FlowTable table, uint entry, FlowEndReason reason, long now)
    {
        if (_count == _events.Length)
        {
            _lost++;
            return;
        }

        ref FlowLogEvent item = ref _events[Place(_first + _count++)];
        item.Time = now;
        item.EndReason = reason;
        item.Flow = table.Snapshot(entry);
    }

    private int Place(int number) => number < _events.Length ? number : number - _events.Length;
}

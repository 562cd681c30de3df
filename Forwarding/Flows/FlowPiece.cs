using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Copies of a worker's flows, so many at a time that it hardly notices: the worker fills it between two batches, the control side reads it at
/// leisure, and has the worker end those that are left in it.
/// </summary>
internal sealed class FlowPiece
{
    /// <summary>Pairs that are looked at for a piece.</summary>
    public const int Size = 1024;

    private readonly uint[] _entries = new uint[Size];
    private readonly FlowSnapshot[] _flows = new FlowSnapshot[Size];
    private uint _cursor;
    private int _count;

    /// <summary>Whether there are no more flows behind these.</summary>
    public bool IsLast { get; private set; }

    /// <summary>When it was filled, in milliseconds of the walk's time.</summary>
    public long Time { get; private set; }

    /// <summary>The flows in it.</summary>
    public ReadOnlySpan<FlowSnapshot> Flows => _flows.AsSpan(0, _count);

    /// <summary>Fills it with the next flows of a table.</summary>
    public void Fill(FlowTable table, long now)
    {
        Time = now;
        _count = 0;

        foreach (uint entry in _entries.AsSpan(0, table.List(ref _cursor, _entries)))
        {
            // What points to another worker's flow is not one more.
            if ((table.Entry(entry).Traits & FlowTraits.Elsewhere) == 0)
            {
                _entries[_count] = entry;
                _flows[_count++] = table.Snapshot(entry);
            }
        }

        IsLast = _cursor == 0;
    }

    /// <summary>Leaves only those flows in it that are meant.</summary>
    public void Keep(Func<FlowSnapshot, bool> isMeant)
    {
        int kept = 0;

        for (int i = 0; i < _count; i++)
        {
            if (isMeant(_flows[i]))
            {
                (_entries[kept], _flows[kept++]) = (_entries[i], _flows[i]);
            }
        }

        _count = kept;
    }

    /// <summary>Ends the flows in it that are still there, and says how many directions they had.</summary>
    public int Remove(WorkerFlows flows, FlowEndReason reason, long now)
    {
        int directions = 0;

        for (int i = 0; i < _count; i++)
        {
            // Its place may be another flow's by now.
            if (flows.Table.Snapshot(_entries[i]).IsSame(_flows[i]))
            {
                flows.Remove(_entries[i], reason, now);
                directions += _flows[i].IsOneWay ? 1 : 2;
            }
        }

        return directions;
    }
}

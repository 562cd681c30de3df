using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Looking at flows, and ending them.</summary>
public sealed partial class DataPlane
{
    /// <summary>Events that are taken of a worker at a time: it stands still for as long as it takes to copy them.</summary>
    private const int MostEvents = 1024;

    private FlowLogEvent[]? _flowEvents;

    /// <summary>
    /// Lists flows, one record a direction, in no order. Nothing stops meanwhile: of flows that come or go while the list is read some are
    /// missed, none that stays is.
    /// </summary>
    /// <param name="filter">Which directions; null = all.</param>
    public IEnumerable<FlowRecord> ReadFlows(FlowFilter? filter = null)
    {
        var records = new List<FlowRecord>();

        foreach (Worker worker in _workers)
        {
            var piece = new FlowPiece();

            while (TryReadPiece(worker, piece, filter ?? FlowFilter.All, records))
            {
                foreach (FlowRecord record in records)
                {
                    yield return record;
                }
            }
        }
    }

    /// <summary>Begins or ends noting the beginnings and ends of flows, as <see cref="DataPlaneOptions.FlowEvents"/> does from the start. What was noted and not taken is forgotten.</summary>
    public void NoteFlows(bool isOn)
    {
        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            foreach (Worker worker in _workers)
            {
                worker.Invoke(() =>
                {
                    worker.Flows.Log.Clear();
                    worker.Flows.Log.IsOn = isOn;
                });
            }
        }
    }

    /// <summary>
    /// Takes the events of flows that workers have noted, oldest first and so many of each worker at most; to be called until none are left, or
    /// some are lost. There are none while <see cref="NoteFlows"/> is off.
    /// </summary>
    public FlowEvents TakeFlowEvents()
    {
        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            FlowLogEvent[] taken = _flowEvents ??= new FlowLogEvent[MostEvents];
            var events = new List<FlowEvent>();
            long lost = 0;

            foreach (Worker worker in _workers)
            {
                int count = 0;

                worker.Invoke(() =>
                {
                    count = worker.Flows.Log.Take(taken);
                    lost += worker.Flows.Log.TakeLost();
                });

                events.AddRange(taken.Take(count).Select(EventOf));
            }

            return new FlowEvents([.. events.OrderBy(item => item.Time)], lost);
        }
    }

    /// <summary>Ends the flows of which a direction is meant, both directions, and says how many directions that were.</summary>
    public long DeleteFlows(FlowFilter filter)
    {
        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _workers.Sum(worker => DeleteFlows(worker, filter));
        }
    }

    // False: there are no more.
    private bool TryReadPiece(Worker worker, FlowPiece piece, FlowFilter filter, List<FlowRecord> records)
    {
        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            records.Clear();

            if (piece.IsLast)
            {
                return false;
            }

            worker.Invoke(() => piece.Fill(worker.Flows.Table, Milliseconds));

            foreach (FlowSnapshot flow in piece.Flows)
            {
                records.AddRange(_flowRecords.Tell(flow, piece.Time, filter));
            }

            return true;
        }
    }

    private long DeleteFlows(Worker worker, FlowFilter filter)
    {
        var piece = new FlowPiece();
        long count = 0;

        while (!piece.IsLast)
        {
            worker.Invoke(() => piece.Fill(worker.Flows.Table, Milliseconds));
            piece.Keep(flow => _flowRecords.Matches(flow, filter));
            worker.Invoke(() => count += piece.Remove(worker.Flows, FlowEndReason.Deleted, Milliseconds));
        }

        return count;
    }

    private FlowEvent EventOf(FlowLogEvent item)
    {
        FlowEventKind kind = item.EndReason == FlowEndReason.None ? FlowEventKind.Started : FlowEventKind.Ended;
        return new FlowEvent(kind, TimeOf(item.Time), [.. _flowRecords.Tell(item.Flow, item.Time, FlowFilter.All, item.EndReason)]);
    }
}

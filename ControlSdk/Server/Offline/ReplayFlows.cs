using Google.Protobuf.WellKnownTypes;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The flows of a replay, a record a direction: those that ended in the order in which they did, then those that stand. What has the same
/// place is in the order of when it started and then of its text, in which no table and no worker has a say.
/// </summary>
internal sealed class ReplayFlows(OfflineDataPlane dataPlane, ReplayOutput output, long start)
{
    private readonly ReplayMoments _moments = new(start);
    private readonly DateTimeOffset _start = VirtualClock.TimeOf(start);
    private readonly List<FlowRecord> _ended = [];
    private long _lost;

    /// <summary>What the user should know though nothing failed.</summary>
    public IEnumerable<string> Warnings => _lost == 0 ? [] : [$"so many flows ended at once that some are missing from {ReplayOutput.Flows}"];

    /// <summary>Takes what workers have noted. False: nothing.</summary>
    public bool Take()
    {
        FlowEvents taken = dataPlane.TakeFlowEvents();
        _ended.AddRange(taken.Events.Where(item => item.Kind == FlowEventKind.Ended).SelectMany(item => item.Records));
        _lost += taken.Lost;
        return taken.Events.Count > 0;
    }

    /// <summary>Writes what has ended at this moment of the clock.</summary>
    public void WriteEnded(long nanoseconds)
    {
        _moments.Add(nanoseconds);
        Write(_ended);
        _ended.Clear();
    }

    /// <summary>Writes what stands.</summary>
    public void WriteStanding() => Write(dataPlane.ReadFlows());

    private void Write(IEnumerable<FlowRecord> records)
    {
        foreach ((_, string line) in records
            .Select(record => (record.Started, Line: JsonContract.Format(Exact(record))))
            .OrderBy(item => item.Started)
            .ThenBy(item => item.Line, StringComparer.Ordinal))
        {
            output.AddFlow(line);
        }
    }

    private V1.FlowRecord Exact(FlowRecord record)
    {
        V1.FlowRecord written = FlowRecordTranslation.Write(record);
        written.Started = Exact(record.Started);
        written.LastSeen = Exact(record.LastSeen);
        return written;
    }

    private Timestamp Exact(DateTimeOffset time) => VirtualClock.TimestampOf(_moments.Find((time - _start).Ticks / TimeSpan.TicksPerMillisecond));
}

using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Flows that begin and end.</summary>
internal sealed class FlowStream(DataPlane dataPlane, EventJournal journal, string instanceId) : PolledStream(journal, EventScope.Flows)
{
    // Each would have been an event.
    private const int DirectionsOfAPair = 2;

    // Then there are more: a worker that has them gives more than this at a time.
    private const int Many = 1000;

    private static readonly TimeSpan s_busy = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(50);

    // The journal keeps what is written, not the message.
    private readonly V1.Event _event = new() { InstanceId = instanceId };

    /// <summary>A flow that stands, as an event.</summary>
    public static V1.Event Standing(FlowRecord flow, string instanceId)
    {
        V1.FlowRecord record = FlowRecordTranslation.Write(flow);
        return new V1.Event { InstanceId = instanceId, Time = record.Started, FlowStarted = record };
    }

    /// <inheritdoc/>
    protected override void Start()
    {
        dataPlane.NoteFlows(true);
        base.Start();
    }

    /// <inheritdoc/>
    protected override void Stop()
    {
        base.Stop();
        dataPlane.NoteFlows(false);
    }

    /// <inheritdoc/>
    protected override TimeSpan Take()
    {
        FlowEvents taken = dataPlane.TakeFlowEvents();

        foreach (FlowEvent flow in taken.Events)
        {
            Add(flow);
        }

        if (taken.Lost > 0)
        {
            Journal.Add(Scope, LostEvent.Of(DirectionsOfAPair * taken.Lost, instanceId));
        }

        if (taken.Events.Count == 0 && taken.Lost == 0)
        {
            return s_idle;
        }

        Journal.Tell();
        return taken.Events.Count >= Many ? TimeSpan.Zero : s_busy;
    }

    private void Add(FlowEvent flow)
    {
        foreach (FlowRecord record in flow.Records)
        {
            FlowRecordTranslation.Write(flow, record, _event);
            Journal.Add(Scope, _event);
        }
    }
}

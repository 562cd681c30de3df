using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>All flows, in a list, and those that began or ended.</summary>
internal sealed class ReferenceFlows
{
    private readonly List<ReferenceFlow> _flows = [];
    private readonly List<ReferenceFlow> _started = [];
    private readonly List<(ReferenceFlow Flow, FlowEndReason Reason)> _ended = [];

    public IReadOnlyList<ReferenceFlow> All => _flows;

    public int Directions => 2 * _flows.Count;

    public int DirectionsOf(VifId owner) => 2 * _flows.Count(flow => flow.Owner == owner);

    /// <summary>The flow that a key is a direction of, and which one.</summary>
    public (ReferenceFlow Flow, int Direction)? Find(ReferenceKey key)
    {
        foreach (ReferenceFlow flow in _flows)
        {
            if (flow.Forward.Key == key || flow.Reverse.Key == key)
            {
                return (flow, flow.Forward.Key == key ? 0 : 1);
            }
        }

        return null;
    }

    public void Add(ReferenceFlow flow)
    {
        _flows.Add(flow);
        _started.Add(flow);
    }

    /// <summary>Is told of each that ends.</summary>
    public Action<ReferenceFlow>? OnEnd { get; set; }

    public void End(ReferenceFlow flow, FlowEndReason reason)
    {
        OnEnd?.Invoke(flow);
        _flows.Remove(flow);
        _ended.Add((flow, reason));
    }

    /// <summary>Ends what may give way to a new flow: denied, closed, then the half-open one unused for longest. False: nothing may.</summary>
    public bool TryEvict()
    {
        ReferenceFlow? victim = _flows.Where(flow => flow.Rank is not null).OrderBy(flow => flow.Rank).ThenBy(flow => flow.RankedSince).FirstOrDefault();

        if (victim is not null)
        {
            End(victim, FlowEndReason.Evicted);
        }

        return victim is not null;
    }

    /// <summary>What began since this was asked last.</summary>
    public IReadOnlyList<ReferenceFlow> TakeStarted() => Taken(_started);

    /// <summary>What ended since this was asked last.</summary>
    public IReadOnlyList<(ReferenceFlow Flow, FlowEndReason Reason)> TakeEnded() => Taken(_ended);

    private static T[] Taken<T>(List<T> events)
    {
        T[] taken = [.. events];
        events.Clear();
        return taken;
    }
}

using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>What tests of flows ask a node.</summary>
internal static class FlowsOfNode
{
    /// <summary>All flows, the direction of the first packet of each before the other one.</summary>
    public static FlowRecord[] Flows(this Node node) => [.. node.Plane.ReadFlows()];

    /// <summary>Lets a packet arrive and says why it was dropped; None = something was sent, or it waits.</summary>
    public static DropReason Outcome(this Node node, uint vif, byte[] frame)
    {
        long before = Dropped(node);
        node.Receive(vif, frame);
        node.SentAnywhere();
        return Dropped(node) == before ? DropReason.None : node.LastDrop;
    }

    /// <summary>Flow pairs that were decided anew, by all workers.</summary>
    public static long Redecided(this Node node) => node.Plane.Workers.Sum(worker => worker.Flows.Redecided);

    public static long Dropped(this Node node) => node.Plane.ReadCounters().Drops.Values.Sum();
}

using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>One worker's flows: the table, its share of the limits, the fragments, and what is told of them.</summary>
internal sealed class WorkerFlows(FlowTable table, FlowLease lease) : IDisposable
{
    public FlowTable Table => table;

    /// <summary>What is told of flows that begin and end.</summary>
    public FlowLog Log { get; } = new();

    /// <summary>Flow pairs set up so far.</summary>
    public long Created { get; private set; }

    public void Dispose()
    {
        table.Dispose();
        lease.Dispose();
        Log.Dispose();
    }
}

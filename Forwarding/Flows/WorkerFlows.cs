using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>One worker's flows: the table, its share of the limits, the fragments, and what is told of them.</summary>
internal sealed class WorkerFlows(FlowTable table, FlowLease lease) : IDisposable
{
    public FlowTable Table => table;

    /// <summary>Flow pairs set up so far.</summary>
    public long Created { get; private set; }

    public void Dispose()
    {
        table.Dispose();
        lease.Dispose();
    }
}

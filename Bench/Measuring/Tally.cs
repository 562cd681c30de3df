using VRouter.Bench.Pipelines;

namespace VRouter.Bench.Measuring;

/// <summary>What a pipeline and this process have counted up to a moment.</summary>
/// <param name="Drops">Packets dropped.</param>
/// <param name="Flows">Flow pairs set up; null where there are none.</param>
/// <param name="Redecided">Flow pairs decided anew.</param>
/// <param name="Changes">Transactions applied; null where nothing is to change.</param>
/// <param name="Collections">Garbage collections.</param>
internal readonly record struct Tally(long Drops, long? Flows, long? Redecided, long? Changes, int Collections)
{
    // Each direction of a pair is counted as a flow.
    private const int DirectionsOfAPair = 2;

    /// <summary>Reads them.</summary>
    public static Tally Of(IPipeline pipeline, bool hasFlows)
    {
        var counters = pipeline.ReadCounters();

        return new Tally(
            counters?.Drops.Values.Sum() ?? 0, hasFlows ? counters?.FlowsCreated / DirectionsOfAPair : null, hasFlows ? counters?.FlowsRedecided : null,
            pipeline.Changes?.Applied, GC.CollectionCount(0));
    }

    /// <summary>What has come since.</summary>
    public static Tally operator -(Tally later, Tally earlier) => new(
        later.Drops - earlier.Drops, later.Flows - earlier.Flows, later.Redecided - earlier.Redecided,
        later.Changes - earlier.Changes, later.Collections - earlier.Collections);
}

namespace VRouter.Forwarding;

/// <summary>All counters, taken at a batch boundary of every worker.</summary>
public sealed record Counters(IReadOnlyList<VifCounters> Vifs, IReadOnlyList<WorkerCounters> Workers, ulong Generation)
{
    /// <summary>What vifs counted that are no longer there.</summary>
    public VifCounters Removed { get; init; } = new(default(VifId));

    /// <summary>The flows that there are, each direction counted: as many as <see cref="DataPlane.ReadFlows"/> lists.</summary>
    public long Flows { get; init; }

    /// <summary>The flows that were ever set up, each direction counted.</summary>
    public long FlowsCreated { get; init; }

    /// <summary>How often a flow pair was decided anew because something that it depended on had changed.</summary>
    public long FlowsRedecided { get; init; }

    /// <summary>Drops by reason over all vifs.</summary>
    public IReadOnlyDictionary<DropReason, long> Drops => Vifs
        .SelectMany(vif => vif.Drops)
        .GroupBy(drop => drop.Key)
        .ToDictionary(drops => drops.Key, drops => drops.Sum(drop => drop.Value));

    /// <summary>Whether received + made = sent + consumed + dropped + held.</summary>
    public bool IsBalanced => Imbalance == 0;

    /// <summary>By how many packets the books are out; 0 unless something is broken.</summary>
    public long Imbalance => Vifs.Append(Removed).Sum(vif =>
        vif.RxPackets + vif.Made - vif.TxPackets - vif.Consumed - vif.Held - vif.Drops.Values.Sum());
}

using System.Diagnostics;

namespace VRouter.ControlSdk.Cli;

/// <summary>What has happened between two samples, a second.</summary>
internal sealed class Rates(Sample before, Sample now)
{
    private readonly double _seconds = Math.Max(Stopwatch.GetElapsedTime(before.Timestamp, now.Timestamp).TotalSeconds, 1e-3);
    private readonly Dictionary<uint, V1.InterfaceCounters> _vifsBefore = before.Counters.Interfaces.ToDictionary(vif => vif.Interface);
    private readonly Dictionary<uint, V1.WorkerCounters> _workersBefore = before.Counters.Workers.ToDictionary(worker => worker.Worker);

    public double FlowsCreated => Between(before.Counters.FlowsCreated, now.Counters.FlowsCreated);

    /// <summary>Of all interfaces, the busiest first.</summary>
    public IEnumerable<InterfaceRates> Interfaces() => now.Counters.Interfaces
        .Select(vif => Of(_vifsBefore.GetValueOrDefault(vif.Interface, new V1.InterfaceCounters()), vif))
        .OrderByDescending(vif => vif.RxPackets + vif.TxPackets)
        .ThenBy(vif => vif.Interface);

    public IEnumerable<WorkerRates> Workers() => now.Counters.Workers
        .Select(worker => Of(_workersBefore.GetValueOrDefault(worker.Worker, new V1.WorkerCounters()), worker));

    /// <summary>Of all reasons there ever was a drop for, the most frequent now first.</summary>
    public IEnumerable<DropRates> Drops() => now.Counters.Drops
        .Select(drop => new DropRates(drop.Key, Between(before.Counters.Drops.GetValueOrDefault(drop.Key), drop.Value), drop.Value))
        .OrderByDescending(drop => drop.Packets)
        .ThenByDescending(drop => drop.Total);

    private InterfaceRates Of(V1.InterfaceCounters old, V1.InterfaceCounters vif) => new(
        vif.Interface,
        Between(old.RxPackets, vif.RxPackets),
        Between(old.RxBytes, vif.RxBytes) * 8,
        Between(old.TxPackets, vif.TxPackets),
        Between(old.TxBytes, vif.TxBytes) * 8,
        Between(Sum(old.Drops.Values), Sum(vif.Drops.Values)),
        vif.Held);

    private WorkerRates Of(V1.WorkerCounters old, V1.WorkerCounters worker)
    {
        double packets = Between(old.Packets, worker.Packets);
        double batches = Between(old.Batches, worker.Batches);
        double busy = Between(old.BusyNanoseconds, worker.BusyNanoseconds);
        double idle = Between(old.IdleNanoseconds, worker.IdleNanoseconds);

        return new WorkerRates(worker.Worker, busy / Math.Max(busy + idle, 1), packets, batches > 0 ? packets / batches : 0, Between(old.HandedOff, worker.HandedOff));
    }

    // A counter that has gone back is of another start of the vRouter.
    private double Between(ulong old, ulong value) => value >= old ? (value - old) / _seconds : 0;

    private static ulong Sum(IEnumerable<ulong> counts) => counts.Aggregate(0ul, (sum, count) => sum + count);
}

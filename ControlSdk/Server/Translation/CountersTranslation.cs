using Google.Protobuf.Collections;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Counters, to the contract.</summary>
internal static class CountersTranslation
{
    private const long NanosecondsPerTick = 100;

    /// <summary>The counters of all interfaces in the order of their ids, or of the ones asked for.</summary>
    public static V1.Counters Write(Counters counters, IReadOnlyCollection<uint> interfaces)
    {
        var written = new V1.Counters
        {
            Flows = (ulong)counters.Flows,
            FlowsCreated = (ulong)counters.FlowsCreated,
            Generation = counters.Generation,
        };
        WriteDrops(counters.Drops, written.Drops);
        written.Workers.AddRange(counters.Workers.Select(WriteWorker));
        written.Interfaces.AddRange(counters.Vifs
            .Where(vif => interfaces.Count == 0 || interfaces.Contains(vif.Vif.Value))
            .OrderBy(vif => vif.Vif.Value)
            .Select(WriteVif));

        return written;
    }

    private static V1.InterfaceCounters WriteVif(VifCounters vif)
    {
        var written = new V1.InterfaceCounters
        {
            Interface = vif.Vif.Value,
            RxPackets = (ulong)vif.RxPackets,
            RxBytes = (ulong)vif.RxBytes,
            TxPackets = (ulong)vif.TxPackets,
            TxBytes = (ulong)vif.TxBytes,
            Made = (ulong)vif.Made,
            Consumed = (ulong)vif.Consumed,
            Held = (ulong)vif.Held,
        };
        WriteDrops(vif.Drops, written.Drops);

        return written;
    }

    private static V1.WorkerCounters WriteWorker(WorkerCounters worker) => new()
    {
        Worker = (uint)worker.Worker,
        Packets = (ulong)worker.Packets,
        Batches = (ulong)worker.Batches,
        BusyNanoseconds = (ulong)(worker.Busy.Ticks * NanosecondsPerTick),
        IdleNanoseconds = (ulong)(worker.Idle.Ticks * NanosecondsPerTick),
        HandedOff = (ulong)worker.HandedOff,
    };

    /// <summary>In the order of the reasons, so that equal counters are equal text.</summary>
    private static void WriteDrops(IReadOnlyDictionary<DropReason, long> drops, MapField<string, ulong> written)
    {
        foreach ((DropReason reason, long count) in drops.OrderBy(drop => drop.Key))
        {
            written.Add(reason.ToString(), (ulong)count);
        }
    }
}

using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Looking inside: counters, drops, links.</summary>
public sealed partial class DataPlane
{
    /// <summary>The counters, at a batch boundary of every worker.</summary>
    public Counters ReadCounters()
    {
        lock (_control)
        {
            VifRecord[] vifs = [.. _tables.Configuration.Vifs.Values.OrderBy(vif => vif.Spec.Id.Value)];
            var sums = new VifBook[vifs.Length + 1];
            var workers = new List<WorkerCounters>();
            long flows = 0, flowsCreated = 0, flowsRedecided = 0;

            foreach (Worker worker in _workers)
            {
                worker.Invoke(() =>
                {
                    worker.Books.AddTo(0, ref sums[^1]);

                    for (int i = 0; i < vifs.Length; i++)
                    {
                        worker.Books.AddTo(vifs[i].Index, ref sums[i]);
                    }

                    flows += worker.Flows.Created - worker.Flows.Ended;
                    flowsCreated += worker.Flows.Created;
                    flowsRedecided += worker.Flows.Redecided;
                    workers.Add(new WorkerCounters(worker.Number)
                    {
                        Packets = worker.Packets,
                        Batches = worker.Batches,
                        Busy = worker.Busy,
                        Idle = worker.Idle,
                        HandedOff = worker.HandedOff,
                    });
                });
            }

            return new Counters([.. vifs.Select((vif, i) => CountersOf(vif.Spec.Id, sums[i]))], workers, Generation)
            {
                Removed = CountersOf(default, sums[^1]),
                Flows = flows,
                FlowsCreated = flowsCreated,
                FlowsRedecided = flowsRedecided,
            };
        }
    }

    /// <summary>
    /// Told of what a transaction has changed once packets see it: on the caller's thread, which goes on when all have been told. While nobody
    /// listens nothing is found out.
    /// </summary>
    public event Action<ObjectChanges>? Changed;

    /// <summary>The vifs and the ports behind them, by id.</summary>
    public IReadOnlyList<VifLink> ReadLinks()
    {
        lock (_control)
        {
            return [.. _tables.Configuration.Vifs.Values.OrderBy(vif => vif.Spec.Id.Value).Select(LinkOf)];
        }
    }

    /// <summary>The neighbours on the underlay that are known, and those that next hops need, in no order.</summary>
    public IReadOnlyList<VifNeighbour> ReadNeighbours()
    {
        lock (_control)
        {
            return [.. _tables.Neighbours.Read().Where(neighbour => IdOf(neighbour.Vif) != default)
                .Select(neighbour => new VifNeighbour(IdOf(neighbour.Vif), neighbour.Address, neighbour.Mac))];
        }
    }

    /// <summary>The latest drops, up to 1,024, oldest first.</summary>
    public IReadOnlyList<Drop> ReadDrops()
    {
        lock (_control)
        {
            var records = new List<DropRecord>();

            foreach (Worker worker in _workers)
            {
                worker.Invoke(() => records.AddRange(worker.Drops.Read()));
            }

            return [.. records.OrderBy(record => record.Time).TakeLast(DropLog.Capacity).Select(DropOf)];
        }
    }

    /// <summary>Which objects <see cref="Apply"/> would change, for a transaction that it would not refuse; the settings are among them.</summary>
    public ObjectChanges Preview(Transaction transaction)
    {
        lock (_control)
        {
            var comparison = new ObjectComparison(_tables);
            IEnumerable<ObjectKey> settings = comparison.ChangesSettings(transaction) ? [ObjectKey.Settings] : [];
            return new ObjectChanges(Options.Clock.GetUtcNow(), Generation, [.. settings, .. comparison.Applied(transaction)], [.. comparison.Deleted(transaction)]);
        }
    }

    /// <summary>The same for <see cref="Sync"/>.</summary>
    public ObjectChanges PreviewSync(Transaction wanted)
    {
        lock (_control)
        {
            return Preview(Exporter.WithDeletesOfTheRest(_tables, wanted));
        }
    }

    private ApplyResult PublishAndTell(Transaction transaction, Action<ObjectChanges> changed)
    {
        var comparison = new ObjectComparison(_tables);
        List<ObjectKey> applied = [.. comparison.Applied(transaction)];
        List<ObjectKey> deleted = [.. comparison.Deleted(transaction)];
        ApplyResult result = Publish(transaction);

        if (applied.Count + deleted.Count > 0)
        {
            changed(new ObjectChanges(Options.Clock.GetUtcNow(), result.Generation, applied, deleted));
        }

        return result;
    }

    private VifLink LinkOf(VifRecord vif) => _ports.Find(vif.Spec.Id) is { } port
        ? new VifLink(vif.Spec.Id, vif.Spec.Name, port.Description, _tables.Links.IsUp(vif.Index))
        : new VifLink(vif.Spec.Id, vif.Spec.Name, "", false);

    private static VifCounters CountersOf(VifId vif, VifBook book)
    {
        var drops = new Dictionary<DropReason, long>();

        for (int reason = 1; reason < VifBook.ReasonCounts.Length; reason++)
        {
            if (book.Drops[reason] != 0)
            {
                drops.Add((DropReason)reason, book.Drops[reason]);
            }
        }

        return new VifCounters(vif)
        {
            RxPackets = book.RxPackets,
            RxBytes = book.RxBytes,
            TxPackets = book.TxPackets,
            TxBytes = book.TxBytes,
            Made = book.Made,
            Consumed = book.Consumed,
            Held = book.Held,
            Drops = drops,
        };
    }

    private Drop DropOf(DropRecord record)
    {
        byte[] packet = ((ReadOnlySpan<byte>)record.Packet)[..record.Length].ToArray();
        return new Drop(TimeOf(record.Time), _ids.Vif(record.Vif), record.Reason, record.Object, RuleIdOf(record.Rule), packet);
    }

    private void Tell(Packet packet, ObjectKey key, RuleNumber rule)
    {
        byte[] bytes = PacketBytes.ToArray(Frames.Region, packet);
        Options.OnDrop!(new Drop(TimeOf(Milliseconds), IdOf(packet.Ingress), packet.Reason, key, RuleIdOf(rule), bytes));
    }

    internal string RuleIdOf(RuleNumber rule) => _tables.Policies.Names.Find(rule)?.Rule ?? "";

    private DateTimeOffset TimeOf(long milliseconds) => _flowRecords.TimeOf(milliseconds);

    private VifId IdOf(int index) => State.Vifs[index]?.Vif.Id ?? default;
}

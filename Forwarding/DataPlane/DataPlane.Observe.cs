using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Looking inside: counters, drops, traces.</summary>
public sealed partial class DataPlane
{
    /// <summary>Workers that a traced packet may have to be asked of after the first.</summary>
    private const int MostTurns = 3;

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

    /// <summary>What would happen to this frame if it arrived at the vif now. Nothing changes and nothing is sent.</summary>
    /// <exception cref="ArgumentException">There is no such vif, or no room for a frame of this size.</exception>
    public TraceResult Trace(VifId vif, ReadOnlySpan<byte> packet)
    {
        lock (_control)
        {
            ushort ingress = (ushort)RecordOf(vif).Index;
            byte[] bytes = packet.ToArray();
            (TraceResult result, Elsewhere? elsewhere) = TraceAt(_workers[0], ingress, bytes, null);

            // A datagram's worker knows its flow's, an address that was translated the worker that did.
            for (int turns = 0; elsewhere is not null && turns < MostTurns; turns++)
            {
                (result, elsewhere) = TraceAt(_workers[elsewhere.Worker], ingress, bytes, elsewhere.Transport);
            }

            return result;
        }
    }

    /// <summary>Traces between two batches of a worker, whose flows stand still meanwhile; says where it goes on, if it does.</summary>
    private (TraceResult Result, Elsewhere? Elsewhere) TraceAt(Worker worker, ushort ingress, byte[] bytes, Transport? transport)
    {
        if (!PacketBytes.TryLoad(Frames, bytes, out Packet loaded))
        {
            throw new ArgumentException($"no room for {bytes.Length} bytes", nameof(bytes));
        }

        // Nothing is freed meanwhile: only this thread frees.
        var frames = new FrameCache(Frames);
        using var books = new Books();
        var captures = new CapturePoint(this);
        var drops = new DropLog(frames, books, captures, _faults, null);
        var trace = new StepTrace();
        var outboxes = new Outboxes(books, drops, captures, _faults, 1);
        _ports.TellCapabilities(outboxes);
        using var walk = new Walk<StepTrace>(_tables, worker.Flows, null, frames, books, outboxes, drops, 1, trace);

        worker.Invoke(() =>
        {
            walk.Begin(State, Milliseconds);

            if (transport is { } known)
            {
                walk.RunHandedOver(ref loaded, ingress, known);
            }
            else
            {
                walk.Run(new Span<Packet>(ref loaded), ingress);
            }
        });

        frames.Drain();

        // What is dropped after the packet itself was made on its account.
        DropRecord own = drops.Read().FirstOrDefault();
        return (new TraceResult(trace.Steps, trace.Outputs, own.Reason), walk.Elsewhere);
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

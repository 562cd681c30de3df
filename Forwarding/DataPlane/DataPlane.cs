using System.Diagnostics;
using Microsoft.Extensions.ObjectPool;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// The vRouter itself: apply what it shall know, attach ports, start, and packets walk. Control calls may come from any thread.
/// </summary>
public sealed partial class DataPlane : IDisposable
{
    private readonly Lock _control = new();
    private readonly Tables _tables;
    private readonly Worker[] _workers;
    private readonly PortRoom _ports;
    private readonly FlowMemory _flowMemory;
    private readonly bool _isSystemClock;
    private readonly Faults _faults;
    private readonly long _startTimestamp;
    private readonly FlowRecords _flowRecords;
    private readonly ObjectIds _ids = new();
    private readonly ObjectPool<Tracer>[] _tracers;
    private ForwardingState _state;
    private bool _disposed;

    /// <summary>Makes a data plane that knows VRF 0 and nothing else, and drops everything.</summary>
    public DataPlane(DataPlaneOptions? options = null)
    {
        Options = options ?? new DataPlaneOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.BatchSize, 1);

        Frames = new FramePool(new FrameRegion(Options.Frames, Options.Pages));
        _isSystemClock = ReferenceEquals(Options.Clock, TimeProvider.System);
        _startTimestamp = Options.Clock.GetTimestamp();
        _tables = new Tables(Frames);
        _flowRecords = new FlowRecords(_ids, _tables.Policies.Names, Options.Clock.GetUtcNow());
        _state = _tables.Editor.State;
        _tables.Editor.Commit();
        _faults = new Faults(Options.OnFault);
        _workers = [.. MakeWorkers()];
        _ports = new PortRoom(_tables, _workers);
        _flowMemory = new FlowMemory(_workers);
        _tracers = [.. _workers.Select(worker => Tracer.PoolOf(this, _tables, worker, _faults))];
    }

    /// <summary>What it was made with.</summary>
    public DataPlaneOptions Options { get; }

    /// <summary>The packet memory that all ports share.</summary>
    public FramePool Frames { get; }

    /// <summary>The generation of the state that packets see.</summary>
    public ulong Generation => State.Generation;

    /// <summary>Exceptions that workers have caught: each a defect that cost the packets of a batch. See <see cref="DataPlaneOptions.OnFault"/>.</summary>
    public long Faults => _faults.Count;

    internal ForwardingState State => Volatile.Read(ref _state);

    internal IReadOnlyList<Worker> Workers => _workers;

    /// <summary>The walk's time.</summary>
    internal long Milliseconds => MillisecondsAt(Stopwatch.GetTimestamp());

    /// <summary>The walk's time, when the stopwatch has just been read: the system's clock is that very one.</summary>
    internal long MillisecondsAt(long timestamp) => _isSystemClock
        ? (timestamp - _startTimestamp) / (Stopwatch.Frequency / 1000)
        : (long)Options.Clock.GetElapsedTime(_startTimestamp).TotalMilliseconds;

    /// <summary>
    /// All of the transaction or, with every problem named, none of it. With <paramref name="validateOnly"/> nothing in any case: the result says
    /// what would become of it.
    /// </summary>
    /// <exception cref="SystemCallException">A port cannot be opened; nothing has changed.</exception>
    public ApplyResult Apply(Transaction transaction, bool validateOnly = false)
    {
        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            List<Problem> problems = Validation.Check(_tables.Configuration, _tables.Routes, transaction);

            return problems.Count > 0 ? new ApplyResult(Generation, 0, 0, 0, 0, problems)
                : validateOnly ? new ObjectComparison(_tables).Preview(transaction, Generation)
                : Changed is { } changed ? PublishAndTell(transaction, changed)
                : Publish(transaction);
        }
    }

    /// <summary>Makes <paramref name="wanted"/> the whole state: what it does not mention goes, what is equal is not touched.</summary>
    /// <exception cref="SystemCallException">A port cannot be opened; nothing has changed.</exception>
    public ApplyResult Sync(Transaction wanted, bool validateOnly = false)
    {
        lock (_control)
        {
            return Apply(Exporter.WithDeletesOfTheRest(_tables, wanted), validateOnly);
        }
    }

    /// <summary>The state as it stands, as a transaction that would make it.</summary>
    /// <param name="derived">Also what the data plane made itself.</param>
    /// <param name="kinds">The kinds of objects that are wanted; null = all.</param>
    public Transaction Export(bool derived = false, IReadOnlySet<ObjectKind>? kinds = null)
    {
        lock (_control)
        {
            return Exporter.Export(_tables, derived, kinds);
        }
    }

    /// <summary>Puts a port behind a vif; the data plane disposes it from then on.</summary>
    /// <exception cref="ArgumentException">There is no such vif, or it has a port.</exception>
    public void Attach(VifId vif, IPort port)
    {
        lock (_control)
        {
            _ports.Attach(RecordOf(vif), port);
        }
    }

    /// <summary>Takes the port away from a vif and disposes it; nothing happens when it has none.</summary>
    public void Detach(VifId vif)
    {
        lock (_control)
        {
            _ports.Detach(RecordOf(vif));
        }
    }

    /// <summary>The port behind a vif; null when it has none.</summary>
    public IPort? FindPort(VifId vif)
    {
        lock (_control)
        {
            return _ports.Find(vif);
        }
    }

    /// <summary>Starts the workers' threads.</summary>
    /// <exception cref="InvalidOperationException">A worker cannot be pinned to its CPU; none runs.</exception>
    public void Start()
    {
        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            try
            {
                foreach (Worker worker in _workers)
                {
                    worker.Start(Options.Cpus.Count > 0 ? Options.Cpus[worker.Number % Options.Cpus.Count] : null);
                }
            }
            catch
            {
                Stop();
                throw;
            }

            _ports.StartWatching();
        }
    }

    /// <summary>Stops them. Packets that wait are dropped when the data plane is disposed.</summary>
    public void Stop()
    {
        lock (_control)
        {
            _ports.StopWatching();

            foreach (Worker worker in _workers)
            {
                worker.Stop();
            }
        }
    }

    /// <summary>One round of every worker on the calling thread, for replay, tests and benches; not while started. Says how many packets were received.</summary>
    public int Step()
    {
        int received = 0;

        foreach (Worker worker in _workers)
        {
            received += worker.Step();
        }

        return received;
    }

    /// <summary>One round of one worker, as <see cref="Step()"/>: for programs that bring a thread of their own for each worker.</summary>
    public int Step(int worker) => _workers[worker].Step();

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();

        lock (_control)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _ports.Dispose();
            _flowMemory.Dispose();

            foreach (ObjectPool<Tracer> tracers in _tracers)
            {
                (tracers as IDisposable)?.Dispose();
            }

            foreach (Worker worker in _workers)
            {
                worker.Dispose();
            }

            _tables.Dispose();
            Frames.Close();
            Frames.Region.Dispose();
        }
    }

    /// <summary>Workers, each connected with each other.</summary>
    private IEnumerable<Worker> MakeWorkers()
    {
        int count = Options.Workers;
        var owners = new FlowOwners(count, Options.Seed);
        Handover?[][] between = Between(count, () => new Handover());
        PointerRing?[][] pointers = Between(count, () => new PointerRing());

        for (int number = 0; number < count; number++)
        {
            var flows = new WorkerFlows(_tables.Credits, _tables.Affinities, owners, number, State.Settings.FlowTimeouts, Milliseconds)
            {
                Pointers = count > 1 ? pointers[number] : [],
                InboundPointers = [.. pointers.Select(from => from[number])],
            };
            flows.Log.IsOn = Options.FlowEvents;
            var worker = new Worker(this, _tables, flows, between[number], _faults, Options.OnDrop is null ? null : Tell);

            foreach (Handover?[] outbound in between)
            {
                if (outbound[number] is { } inbound)
                {
                    worker.TakeFrom(inbound);
                }
            }

            foreach (PointerRing inbound in flows.InboundPointers.OfType<PointerRing>())
            {
                inbound.Taker = worker;
            }

            yield return worker;
        }
    }

    private static T?[][] Between<T>(int workers, Func<T> make) where T : class =>
        [.. Enumerable.Range(0, workers).Select(from => Enumerable.Range(0, workers).Select(to => from == to ? null : make()).ToArray())];

    private ApplyResult Publish(Transaction transaction)
    {
        // What may fail comes first: ports are opened before anything changes.
        Dictionary<VifId, OpenPort> opened = Options.OpenPorts && !_restoring ? _ports.Open(transaction.Vifs) : [];
        Keep(transaction, opened);
        VifRecord[] gone = [.. GoneVifs(transaction)];
        Reclaim();

        while (_tables.Editor.MustReclaimFor(transaction))
        {
            Thread.Yield();
            Reclaim();
        }

        ApplyResult result = _tables.Editor.Apply(transaction);
        Volatile.Write(ref _state, _tables.Editor.State);
        _tables.Editor.Commit();
        _ids.Learn(transaction, _tables.Configuration, result.Generation);

        if (transaction.Settings is { } settings)
        {
            SetTimeouts(settings.FlowTimeouts);
        }

        foreach (VifRecord vif in gone)
        {
            _ports.Forget(vif);
        }

        AttachAll(opened);

        // Most transactions are of routes, which are no concern of the ports.
        if (transaction.Settings is not null || transaction.Vifs.Count > 0 || gone.Length > 0 || ConcernsServices(transaction))
        {
            _ports.Follow(_tables.Configuration, State);
        }

        Reclaim();
        return result;
    }

    private static bool ConcernsServices(Transaction transaction) =>
        transaction.FloatingIps.Count > 0
        || transaction.SourceNats.Count > 0
        || transaction.Deletes.Exists(key => key.Kind is ObjectKind.FloatingIp or ObjectKind.SourceNat);

    private void SetTimeouts(FlowTimeouts timeouts)
    {
        foreach (Worker worker in _workers)
        {
            worker.Invoke(() => worker.Flows.Table.SetTimeouts(timeouts, Milliseconds));
        }
    }

    /// <summary>Frees what no worker can see any more.</summary>
    private void Reclaim() => _tables.Editor.Reclaim(_workers.Min(worker => worker.OldestGeneration));

    private IEnumerable<VifRecord> GoneVifs(Transaction transaction)
    {
        foreach (ObjectKey key in transaction.Deletes.Where(key => key.Kind == ObjectKind.Vif))
        {
            if (_tables.Configuration.Vifs.TryGetValue(new VifId(key.Id), out VifRecord? record))
            {
                yield return record;
            }
        }
    }

    private VifRecord RecordOf(VifId vif) => _tables.Configuration.Vifs.TryGetValue(vif, out VifRecord? record)
        ? record
        : throw new ArgumentException($"there is no interface {vif}", nameof(vif));
}

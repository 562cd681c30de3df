using System.Collections.Concurrent;
using System.Diagnostics;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>One core's loop: receive a batch, walk it, send; and between batches what the control side asks for.</summary>
internal sealed partial class Worker : IDisposable
{
    private const int TickMilliseconds = 100;

    /// <summary>Rounds without a packet before the worker sleeps.</summary>
    private const int IdleRounds = 256;

    private static readonly TimeSpan s_longSleep = TimeSpan.FromMilliseconds(TickMilliseconds);
    private static readonly TimeSpan s_shortSleep = TimeSpan.FromMilliseconds(1);

    private readonly DataPlane _plane;
    private readonly Packet[] _batch;
    private readonly ReadEpoch _epoch = new();
    private readonly Faults _faults;
    private readonly ConcurrentQueue<WorkerCommand> _commands = new();
    private readonly Lock _rounds = new();
    private readonly Lock _gate = new();
    private readonly Poller _poller = new();
    private QueueBinding[] _queues = [];
    private Handover[] _inbound = [];
    private volatile bool _isAsleep;

    // A ring of another worker or of a Memory port cannot wake anybody.
    private bool _canBeWoken = true;
    private Thread? _thread;
    private volatile bool _stopping;
    private volatile bool _hasCommands;
    private long _nextTick;
    private long _roundStarted = Stopwatch.GetTimestamp();
    private long _busy;
    private long _idle;
    private bool _wasBusy;

    // Sources that have had packets in this round; whether more than one had in the last.
    private int _busySources;
    private bool _isContended;
    private long _lastPaid;

    public Worker(DataPlane plane, Tables tables, WorkerFlows flows, Handover?[] outbound, Faults faults, Action<Packet, ObjectKey, RuleNumber>? onDrop)
    {
        _plane = plane;
        _faults = faults;
        Number = flows.Number;
        Flows = flows;
        Frames = new FrameCache(tables.Frames);
        Captures = new CapturePoint(plane);
        Drops = new DropLog(Frames, Books, Captures, faults, onDrop);
        Outboxes = new Outboxes(Books, Drops, Captures, faults, plane.Options.BatchSize);
        Walk = new Walk<NoTrace>(tables, flows, outbound.Length > 1 ? new Handovers(outbound) : null, Frames, Books, Outboxes, Drops, plane.Options.BatchSize, default);
        _batch = GC.AllocateArray<Packet>(plane.Options.BatchSize, pinned: true);
    }

    public int Number { get; }

    public WorkerFlows Flows { get; }

    public FrameCache Frames { get; }

    public Books Books { get; } = new();

    public CapturePoint Captures { get; }

    public DropLog Drops { get; }

    public Outboxes Outboxes { get; }

    public Walk<NoTrace> Walk { get; }

    /// <summary>The oldest generation that this worker may still read.</summary>
    public ulong OldestGeneration => _epoch.Oldest;

    // Its own writes only; read through Invoke.
    public long Packets { get; private set; }

    public long Batches { get; private set; }

    /// <summary>Packets handed to the workers that have their flows.</summary>
    public long HandedOff => Walk.HandedOff;

    public TimeSpan Busy => Stopwatch.GetElapsedTime(0, _busy);

    public TimeSpan Idle => Stopwatch.GetElapsedTime(0, _idle);

    /// <summary>Starts the worker's thread, on its CPU if it has one.</summary>
    /// <exception cref="InvalidOperationException">The thread runs, but not on that CPU.</exception>
    public void Start(int? cpu)
    {
        _stopping = false;
        _thread = new Thread(Run) { IsBackground = true, Name = $"vrouter worker {Number}", Priority = ThreadPriority.AboveNormal };
        _thread.Start();

        if (cpu is { } number)
        {
            Invoke(() => CpuAffinity.PinCurrentThread(number));
        }
    }

    public void Stop()
    {
        _stopping = true;
        _poller.Wake();
        _thread?.Join();

        lock (_gate)
        {
            _thread = null;
        }

        // What was asked for while the thread was ending.
        RunCommands();
    }

    /// <summary>Does something between two batches and waits until it is done: on the worker's thread, or here when it has none.</summary>
    public void Invoke(Action action)
    {
        using var command = new WorkerCommand(action);

        if (TryEnqueue(command))
        {
            _poller.Wake();
        }
        else
        {
            lock (_rounds)
            {
                command.Run();
            }
        }

        command.Wait();
    }

    private bool TryEnqueue(WorkerCommand command)
    {
        lock (_gate)
        {
            if (_thread is not null)
            {
                _commands.Enqueue(command);
                _hasCommands = true;
            }

            return _thread is not null;
        }
    }

    /// <summary>Begins to serve a queue, or to hand packets to the worker that does; between batches.</summary>
    public void Bind(ushort vif, IPortQueue queue, PortCapabilities capabilities)
    {
        int slot = queue.Descriptor >= 0 ? _poller.Add(queue.Descriptor) : -1;
        _queues = [.. _queues, new QueueBinding(vif, queue, slot, null)];
        Watch();
        Outboxes.Connect(vif, queue, capabilities);
    }

    /// <summary>Begins to send what another worker has for a queue that this one serves; between batches.</summary>
    public void BindInbound(ushort vif, IPortQueue queue, PacketRing inbound)
    {
        _queues = [.. _queues, new QueueBinding(vif, queue, -1, inbound)];
        Watch();
    }

    /// <summary>Ends serving a vif's queue; between batches.</summary>
    public void Unbind(ushort vif)
    {
        foreach (QueueBinding binding in _queues.Where(binding => binding.Vif == vif))
        {
            if (binding.PollSlot >= 0)
            {
                _poller.Remove(binding.PollSlot);
            }

            if (binding.Inbound is null)
            {
                binding.Queue.Dispose();
            }
        }

        foreach (PacketRing inbound in _queues.Where(binding => binding.Vif == vif).Select(binding => binding.Inbound).OfType<PacketRing>())
        {
            Outboxes.DropHandedOver(inbound);
        }

        _queues = [.. _queues.Where(binding => binding.Vif != vif)];
        Watch();
        Outboxes.Connect(vif, null, PortCapabilities.None);
    }

    /// <summary>Sends everything that other workers have walked so far; between batches.</summary>
    public void SendAllHandedOver()
    {
        foreach (QueueBinding binding in _queues)
        {
            while (binding.Inbound is { Count: > 0 })
            {
                SendHandedOver(binding.Vif, binding.Inbound);
            }
        }
    }

    /// <summary>Tells the walk of neighbours that the kernel knows; between batches, when no state is held.</summary>
    public void Learn(ushort vif, ReadOnlySpan<(IpAddress Address, MacAddress Mac)> known)
    {
        bool wasOutside = _epoch.Oldest == ulong.MaxValue;
        Walk.Begin(_epoch.Enter(_plane), _plane.Milliseconds);

        foreach ((IpAddress address, MacAddress mac) in known)
        {
            Walk.Learn(vif, address, mac);
        }

        if (wasOutside)
        {
            _epoch.Leave();
        }
    }

    /// <summary>One round on the caller's thread.</summary>
    public int Step()
    {
        lock (_rounds)
        {
            int received = Round(_epoch.Enter(_plane));
            _epoch.Leave();
            return received;
        }
    }

    /// <summary>Ends the flows of a vif among the next pairs from a cursor on; between batches.</summary>
    public void EndFlows(ushort vif, ref uint cursor) => Flows.EndOf(vif, ref cursor, _plane.Milliseconds);

    /// <summary>Begins to take what another worker hands over; before the worker runs.</summary>
    public void TakeFrom(Handover inbound)
    {
        inbound.Taker = this;
        _inbound = [.. _inbound, inbound];
    }

    /// <summary>Wakes the worker if it sleeps: something was handed over to it.</summary>
    public void WakeIfAsleep()
    {
        // What was handed over is seen before it is asked whether anybody looks; the sleeper does the same the other way round.
        Interlocked.MemoryBarrier();

        if (_isAsleep)
        {
            _poller.Wake();
        }
    }

    public void Dispose()
    {
        Frames.Drain();
        Flows.Dispose();
        Walk.Dispose();
        Books.Dispose();
        _poller.Dispose();
    }
}

using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>The ports behind the vifs: opened, attached to the workers, watched, and closed again.</summary>
internal sealed class PortRoom(Tables tables, Worker[] workers) : IDisposable
{
    private const int HandoverRingSize = 1024;

    private static readonly TimeSpan s_watchInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<VifId, (IPort Port, VifRecord Vif, PortSpec? Spec)> _ports = [];
    private readonly KernelResolvers _resolvers = new(tables, workers[0]);
    private readonly Lock _watching = new();
    private Timer? _timer;

    public IPort? Find(VifId vif) => _ports.TryGetValue(vif, out (IPort Port, VifRecord, PortSpec?) bound) ? bound.Port : null;

    /// <summary>Opens the ports that a transaction asks for and that are not open yet: all of them or, with an exception, none.</summary>
    public Dictionary<VifId, OpenPort> Open(IEnumerable<Vif> vifs)
    {
        var opened = new Dictionary<VifId, OpenPort>();

        try
        {
            foreach (Vif vif in vifs.Where(vif => vif.Port is not null && !HasOpen(vif)))
            {
                opened.Add(vif.Id, OpenPort.Of(PortFactory.Open(vif, tables.Frames), workers));
            }
        }
        catch
        {
            foreach (OpenPort port in opened.Values)
            {
                port.Close(workers);
            }

            throw;
        }

        return opened;
    }

    /// <summary>Puts a port behind a vif that has none.</summary>
    public void Attach(VifRecord vif, IPort port)
    {
        if (_ports.ContainsKey(vif.Spec.Id))
        {
            throw new ArgumentException($"interface {vif.Spec.Id} has a port already", nameof(vif));
        }

        Attach(vif, OpenPort.Of(port, workers));
    }

    /// <summary>Puts an open port behind a vif: its owner serves each queue, every worker can send.</summary>
    public void Attach(VifRecord vif, OpenPort open)
    {
        (IPort port, IPortQueue[] queues) = open;
        ushort index = (ushort)vif.Index;

        lock (_watching)
        {
            _ports.Add(vif.Spec.Id, (port, vif, vif.Spec.Port));
        }

        for (int queue = 0; queue < queues.Length; queue++)
        {
            Worker owner = OpenPort.OwnerOf(queue, workers);
            IPortQueue opened = queues[queue];
            owner.Invoke(() => owner.Bind(index, opened, port.Capabilities));
        }

        foreach (Worker worker in workers.Skip(queues.Length))
        {
            ConnectToOwner(worker, workers[worker.Number % queues.Length], index, queues[worker.Number % queues.Length], port.Capabilities);
        }

        tables.Links.Set(index, port.IsUp);

        if (vif.Spec.Port is AfXdpSpec { TunnelsOnly: true } afXdp)
        {
            _resolvers.Add(index, afXdp.Device);
        }
    }

    public void Detach(VifRecord vif)
    {
        if (!_ports.TryGetValue(vif.Spec.Id, out (IPort Port, VifRecord, PortSpec?) bound))
        {
            return;
        }

        lock (_watching)
        {
            _ports.Remove(vif.Spec.Id);
        }

        ushort index = (ushort)vif.Index;
        tables.Links.Set(index, false);
        _resolvers.Remove(index);

        foreach (Worker worker in workers)
        {
            worker.Invoke(() => worker.Unbind(index));
        }

        bound.Port.Dispose();
    }

    /// <summary>Lets everything of a vif go that is no longer there; its counts are kept with those of all that went.</summary>
    public void Forget(VifRecord vif)
    {
        Detach(vif);
        ushort index = (ushort)vif.Index;
        var held = new Packet[NeighbourTable.MostHeld];

        // From here on no worker sees the vif, and what it had under way from it to another one's queue has been sent.
        foreach (Worker worker in workers)
        {
            worker.Invoke(worker.SendAllHandedOver);
        }

        // A packet is handed over twice at most: to the worker of its datagram, and to that of its flow.
        for (int turn = 0; turn < 3; turn++)
        {
            foreach (Worker worker in workers)
            {
                worker.Invoke(worker.TakeAllHandedOver);
            }
        }

        workers[0].Invoke(() =>
        {
            int count;

            while ((count = tables.Neighbours.Withdraw(index, held)) > 0)
            {
                foreach (ref Packet packet in held.AsSpan(0, count))
                {
                    workers[0].Walk.DropHeld(ref packet, DropReason.InterfaceDown);
                }
            }
        });

        tables.Neighbours.Forget(index);

        foreach (Worker worker in workers)
        {
            worker.Invoke(() => worker.Walk.DropFragments(vif.Spec.Kind == VifKind.Fabric ? (ushort)0 : index));
            EndFlows(worker, index);
            worker.Invoke(() => worker.Books.Retire(index));
        }
    }

    /// <summary>Ends the flows of a vif that is gone, some at a time: the worker has packets to walk in between.</summary>
    private static void EndFlows(Worker worker, ushort vif)
    {
        uint cursor = 0;

        do
        {
            worker.Invoke(() => worker.EndFlows(vif, ref cursor));
        }
        while (cursor != 0);
    }

    /// <summary>Tells ports what has changed in the configuration that they have to know.</summary>
    public void Follow(Configuration configuration, ForwardingState state)
    {
        foreach ((VifId id, (IPort port, VifRecord vif, PortSpec? spec)) in _ports.ToArray())
        {
            // A vif whose port is no longer asked for: what was opened for it goes.
            if (spec is not null && vif.Spec.Port is null && configuration.Vifs.ContainsKey(id))
            {
                Detach(vif);
            }
            else
            {
                PortFactory.Follow(port, configuration, state);
            }
        }
    }

    public void StartWatching()
    {
        _timer = new Timer(_ => Watch(), null, s_watchInterval, s_watchInterval);
        _resolvers.Start();
    }

    public void StopWatching()
    {
        _timer?.Dispose();
        _timer = null;
        _resolvers.Stop();
    }

    public void Dispose()
    {
        StopWatching();

        foreach ((_, (_, VifRecord vif, _)) in _ports.ToArray())
        {
            Detach(vif);
        }
    }

    // A worker with no queue of its own hands packets to the one that has it.
    private static void ConnectToOwner(Worker worker, Worker owner, ushort vif, IPortQueue queue, PortCapabilities capabilities)
    {
        var ring = new PacketRing(HandoverRingSize);
        owner.Invoke(() => owner.BindInbound(vif, queue, ring));
        worker.Invoke(() => worker.Bind(vif, new HandoverQueue(ring), capabilities));
    }

    private bool HasOpen(Vif vif) => _ports.TryGetValue(vif.Id, out (IPort, VifRecord, PortSpec? Spec) bound) && bound.Spec == vif.Port;

    private void Watch()
    {
        lock (_watching)
        {
            foreach ((IPort port, VifRecord vif, _) in _ports.Values)
            {
                tables.Links.Set(vif.Index, IsUp(port));
            }
        }
    }

    // On a timer's thread nobody hears of a failure; a port that cannot tell is down.
    private static bool IsUp(IPort port)
    {
        try
        {
            return port.IsUp;
        }
        catch (SystemCallException)
        {
            return false;
        }
    }
}

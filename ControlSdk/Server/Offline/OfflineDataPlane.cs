using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>A data plane with a Memory port behind every interface, driven step by step on the caller's thread.</summary>
internal sealed class OfflineDataPlane(DataPlaneOptions options) : IDisposable
{
    // A packet alone leaves little at once; on a FABRIC the clock may ask for all neighbours in one moment.
    private const int RingSize = 256;
    private const int FabricRingSize = 16_384;

    private readonly DataPlane _dataPlane = new(options with { OpenPorts = false });
    private readonly SortedDictionary<uint, MemoryPort> _ports = [];

    /// <summary>The interfaces that are there now.</summary>
    public IEnumerable<uint> Interfaces => _ports.Keys;

    /// <summary>Whether packets wait for something that only time brings.</summary>
    public bool IsHolding => _dataPlane.ReadCounters().Vifs.Any(vif => vif.Held > 0);

    public Counters ReadCounters() => _dataPlane.ReadCounters();

    public IEnumerable<FlowRecord> ReadFlows() => _dataPlane.ReadFlows();

    public FlowEvents TakeFlowEvents() => _dataPlane.TakeFlowEvents();

    /// <summary>Applies a request. Each problem names where the request is from.</summary>
    /// <exception cref="RequestRefusedException">It was refused.</exception>
    public void Apply(V1.ApplyRequest request, string name)
    {
        ProgramResult result = _dataPlane.Apply(request);

        if (!result.IsApplied)
        {
            throw new RequestRefusedException([.. result.Messages.Select(message => $"{name}: {message}")]);
        }

        FollowInterfaces();
    }

    /// <summary>Lets a packet arrive. All go through the first queue: it keeps the order in which they arrive.</summary>
    public bool TryDeliver(uint toInterface, ReadOnlySpan<byte> packet) => _ports[toInterface].TryDeliver(packet);

    /// <summary>Lets every worker walk until nothing moves.</summary>
    public void Step()
    {
        while (_dataPlane.Step() > 0)
        {
        }
    }

    /// <summary>What has been sent since the last call, interface by interface.</summary>
    public IEnumerable<(uint Interface, byte[] Packet)> Collect()
    {
        foreach ((uint id, MemoryPort port) in _ports)
        {
            for (int queue = 0; queue < port.QueueCount; queue++)
            {
                while (port.TryCollect(out byte[] packet, queue))
                {
                    yield return (id, packet);
                }
            }
        }
    }

    public V1.TraceResponse Trace(V1.TraceRequest request) => _dataPlane.Trace(request);

    public void Dispose() => _dataPlane.Dispose();

    private void FollowInterfaces()
    {
        Dictionary<uint, Vif> vifs = _dataPlane.Export().Vifs.ToDictionary(vif => vif.Id.Value);

        foreach (uint gone in _ports.Keys.Except(vifs.Keys).ToArray())
        {
            _ports.Remove(gone);
        }

        foreach (Vif added in vifs.Values.Where(vif => !_ports.ContainsKey(vif.Id.Value)))
        {
            var port = new MemoryPort(_dataPlane.Frames, added.Kind == VifKind.Fabric ? FabricRingSize : RingSize, options.Workers);
            _dataPlane.Attach(added.Id, port);
            _ports.Add(added.Id.Value, port);
        }
    }
}

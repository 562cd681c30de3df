using VRouter.Bench.Pipelines;
using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Flood;

/// <summary>Where the packets of one scenario enter and leave a data plane that others' packets pass too.</summary>
internal sealed class PortPair : IPipeline
{
    // As many descriptors as NICs usually have: a worker that is away for longer loses packets.
    private const int RingSize = 1024;

    private readonly DataPlane _dataPlane;

    public PortPair(DataPlane dataPlane, Scenario scenario)
    {
        _dataPlane = dataPlane;
        Ingress = Attach(scenario.Ingress);
        Egress = Attach(scenario.Egress);
    }

    public FramePool Frames => _dataPlane.Frames;

    public MemoryPort Ingress { get; }

    public MemoryPort Egress { get; }

    public Changes? Changes => null;

    public void Step(int worker) => _dataPlane.Step(worker);

    public Counters ReadCounters() => _dataPlane.ReadCounters();

    // The data plane disposes its ports.
    public void Dispose()
    {
    }

    private MemoryPort Attach(VifId vif)
    {
        var port = new MemoryPort(_dataPlane.Frames, RingSize);
        _dataPlane.Attach(vif, port);
        return port;
    }
}

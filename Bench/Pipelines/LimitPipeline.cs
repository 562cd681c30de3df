using System.Numerics;
using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Pipelines;

/// <summary>Memory port to Memory port, deciding nothing: what the machine, the ports and the generator leave for a pipeline.</summary>
internal sealed class LimitPipeline : IPipeline
{
    private readonly NativeArray<LimitEntry> _entries;
    private readonly LimitWorker[] _workers;

    public LimitPipeline(Scenario scenario, Plan plan)
    {
        Frames = new FramePool(new FrameRegion(plan.FramesFor(scenario)));
        Ingress = new MemoryPort(Frames, plan.RingSize, plan.Workers);
        Egress = new MemoryPort(Frames, plan.RingSize, plan.Workers);
        _entries = new NativeArray<LimitEntry>((int)BitOperations.RoundUpToPowerOf2((uint)plan.Flows));
        _workers = [.. Enumerable.Range(0, plan.Workers).Select(worker => Open(worker, scenario, plan))];
    }

    public FramePool Frames { get; }

    public MemoryPort Ingress { get; }

    public MemoryPort Egress { get; }

    public void Step(int worker) => _workers[worker].Step();

    public Changes? Changes => null;

    public Counters? ReadCounters() => null;

    public void Dispose()
    {
        Ingress.Dispose();
        Egress.Dispose();
        _entries.Dispose();
        Frames.Region.Dispose();
    }

    private LimitWorker Open(int worker, Scenario scenario, Plan plan)
    {
        var cache = new FrameCache(Frames);
        return new LimitWorker(Ingress.OpenQueue(worker, cache), Egress.OpenQueue(worker, cache), Frames.Region, _entries, scenario, plan.Batch);
    }
}

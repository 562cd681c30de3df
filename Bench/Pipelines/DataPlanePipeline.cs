using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Pipelines;

/// <summary>The data plane, configured for a scenario.</summary>
internal sealed class DataPlanePipeline : IPipeline
{
    private readonly DataPlane _dataPlane;

    public DataPlanePipeline(Scenario scenario, Plan plan)
    {
        _dataPlane = new DataPlane(new DataPlaneOptions
        {
            Workers = plan.Workers,
            BatchSize = plan.Batch,
            Frames = plan.FramesFor(scenario),
            OpenPorts = false,
        });

        ApplyResult result = _dataPlane.Apply(scenario.Configure(plan));

        if (!result.IsApplied)
        {
            throw new BenchException($"{scenario.Name} was refused: {string.Join("; ", result.Problems)}");
        }

        Ingress = Attach(scenario.Ingress, plan);
        Egress = Attach(scenario.Egress, plan);
        Changes = scenario.OpenChanges(_dataPlane);
    }

    /// <summary>The data plane itself.</summary>
    public DataPlane DataPlane => _dataPlane;

    public FramePool Frames => _dataPlane.Frames;

    public MemoryPort Ingress { get; }

    public MemoryPort Egress { get; }

    public Changes? Changes { get; }

    public void Step(int worker) => _dataPlane.Step(worker);

    public Counters ReadCounters() => _dataPlane.ReadCounters();

    public void Dispose() => _dataPlane.Dispose();

    private MemoryPort Attach(VifId vif, Plan plan)
    {
        var port = new MemoryPort(_dataPlane.Frames, plan.RingSize, plan.Workers);
        _dataPlane.Attach(vif, port);
        return port;
    }
}

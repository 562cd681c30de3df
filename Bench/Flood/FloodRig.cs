using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Flood;

/// <summary>One worker between a tenant with established flows into tunnels and one that floods another with SYNs.</summary>
internal sealed class FloodRig : IDisposable
{
    private const int Batch = 64;
    private const int MostRoundsToDrain = 1000;

    private readonly Scenario _established = ScenarioList.Find("vxlan-encap");
    private readonly SynFlood _flood = new();
    private readonly DataPlane _dataPlane;
    private readonly PortPair _tenantToFabric;
    private readonly Generator _generator;
    private readonly PacedStream _packets;
    private readonly PacedStream _syns;

    public FloodRig(int flows)
    {
        var plan = new Plan(flows, Batch: Batch);
        Plan flood = _flood.Adapt(plan);

        _dataPlane = new DataPlane(new DataPlaneOptions { BatchSize = Batch, Frames = plan.FramesFor(_established) + flood.FramesFor(_flood), OpenPorts = false });
        Apply(_established.Configure(plan));
        Apply(_flood.Configure(flood));

        _tenantToFabric = new PortPair(_dataPlane, _established);
        _generator = new Generator(_established, plan, _tenantToFabric, worker: 0);
        _packets = new PacedStream(_generator, Batch, Latencies);
        _syns = new PacedStream(new Generator(_flood, flood, new PortPair(_dataPlane, _flood), worker: 0), Batch, new Latencies());
        Establish(flows);
    }

    /// <summary>How long established packets took, since it was cleared.</summary>
    public Latencies Latencies { get; } = new();

    /// <summary>Lets both come at their pace for so long; the time is the thread's own.</summary>
    public FloodWindow Run(double seconds, double mpps, double synMpps)
    {
        long flows = _dataPlane.ReadCounters().FlowsCreated;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = ThreadClock.Nanoseconds, now = start, end = start + (long)(seconds * 1e9);

        _packets.Begin(mpps, start);
        _syns.Begin(synMpps, start);

        while (now < end)
        {
            now = Round(now);
        }

        double elapsed = (now - start) / 1e9;
        Drain(now);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        return new FloodWindow(
            elapsed, _packets.Left, _packets.Refused + _packets.Arrived - _packets.Left, _syns.Left, _syns.Refused + _syns.Arrived - _syns.Left,
            (_dataPlane.ReadCounters().FlowsCreated - flows) / 2, allocated);
    }

    /// <inheritdoc/>
    public void Dispose() => _dataPlane.Dispose();

    private long Round(long now)
    {
        _packets.Arrive(now);
        _syns.Arrive(now);
        _dataPlane.Step();
        now = ThreadClock.Nanoseconds;
        _packets.Collect(now);
        _syns.Collect(now);
        return now;
    }

    private void Drain(long now)
    {
        for (int round = 0; round < MostRoundsToDrain && (_packets.Left < _packets.Arrived || _syns.Left < _syns.Arrived); round++)
        {
            _dataPlane.Step();
            _packets.Collect(now);
            _syns.Collect(now);
        }
    }

    // A packet of each flow, and an answer to it.
    private void Establish(int flows)
    {
        _packets.Begin(PacedStream.Unpaced, 0);
        _syns.Begin(0, 0);

        while (_packets.Left < _generator.PacketsOfAllFlows)
        {
            Round(0);
        }

        Drain(0);
        Answers.Send(_tenantToFabric, flows);
    }

    private void Apply(Transaction transaction)
    {
        ApplyResult result = _dataPlane.Apply(transaction);

        if (!result.IsApplied)
        {
            throw new BenchException($"refused: {string.Join("; ", result.Problems.Take(3))}");
        }
    }
}

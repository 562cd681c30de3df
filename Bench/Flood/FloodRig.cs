using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Forwarding;

namespace VRouter.Bench.Flood;

/// <summary>One worker between a tenant with established flows into tunnels and one that floods another with SYNs.</summary>
internal sealed class FloodRig : IDisposable
{
    private const int Batch = 64;
    private const int MostRoundsToDrain = 1000;

    // As many as bring everything back into the caches, twice.
    private const int RoundsToRecover = 2 * Share.FewestFrames / Batch;

    private readonly Scenario _established = ScenarioList.Find("vxlan-encap");
    private readonly SynFlood _flood = new();
    private readonly DataPlane _dataPlane;
    private readonly PortPair _tenantToFabric;
    private readonly Generator _generator;
    private readonly PacedStream _packets;
    private readonly PacedStream _syns;
    private readonly WorkerClock _clock = new();

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

    /// <summary>
    /// Lets both come at their pace for so long; the time is the thread's own. Where it was without its processor, nothing comes until everything
    /// is in the caches again, and that time does not count.
    /// </summary>
    public FloodWindow Run(double seconds, double mpps, double synMpps)
    {
        long flows = _dataPlane.ReadCounters().FlowsCreated;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long length = (long)(seconds * 1e9), measured = 0, left = 0;

        _clock.TryRead();
        _packets.Begin(mpps, _clock.Now);
        _syns.Begin(synMpps, _clock.Now);

        while (measured < length)
        {
            long began = _clock.Now, leftBefore = _packets.Left;

            if (TryRound())
            {
                measured += _clock.Now - began;
                left += _packets.Left - leftBefore;
            }
            else
            {
                Recover();
            }
        }

        double elapsed = measured / 1e9;
        Drain();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        return new FloodWindow(
            elapsed, left, _packets.Refused + _packets.Arrived - _packets.Left, _syns.Left, _syns.Refused + _syns.Arrived - _syns.Left,
            (_dataPlane.ReadCounters().FlowsCreated - flows) / 2, allocated);
    }

    /// <inheritdoc/>
    public void Dispose() => _dataPlane.Dispose();

    private bool TryRound()
    {
        _packets.Arrive(_clock.Now);
        _syns.Arrive(_clock.Now);
        _dataPlane.Step();
        bool isWhole = _clock.TryRead();
        Collect();
        return isWhole;
    }

    private void Collect()
    {
        _packets.Collect(_clock.Now);
        _syns.Collect(_clock.Now);
    }

    private void Recover()
    {
        for (int round = 0; round < RoundsToRecover; round++)
        {
            _packets.ArriveUnasked();
            _dataPlane.Step();
            Collect();
        }

        _clock.TryRead();
        _packets.Skip(_clock.Now);
        _syns.Skip(_clock.Now);
    }

    private void Drain()
    {
        for (int round = 0; round < MostRoundsToDrain && (_packets.Left < _packets.Arrived || _syns.Left < _syns.Arrived); round++)
        {
            _dataPlane.Step();
            Collect();
        }
    }

    // A packet of each flow, and an answer to it.
    private void Establish(int flows)
    {
        _packets.Begin(PacedStream.Unpaced, 0);
        _syns.Begin(0, 0);

        while (_packets.Left < _generator.PacketsOfAllFlows)
        {
            TryRound();
        }

        Drain();
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

using VRouter.Bench.Pipelines;
using VRouter.Bench.Scenarios;
using VRouter.Forwarding;

namespace VRouter.Bench.Measuring;

/// <summary>A scenario set up: its pipeline, a lane for each worker, checked and warm when it is measured.</summary>
internal sealed class Rig : IDisposable
{
    private const double WarmUpWindow = 0.1;
    private const int FewestWarmUps = 10, MostWarmUps = 40;
    private const int SinglePackets = 20_000;

    private readonly Scenario _scenario;
    private readonly Plan _plan;
    private readonly IPipeline _pipeline;
    private readonly Lane[] _lanes;
    private readonly Lanes _inTurn;
    private readonly Latencies _latencies = new();

    public Rig(Scenario scenario, Plan plan)
    {
        (_scenario, _plan, _pipeline) = (scenario, plan, scenario.Open(plan));
        _lanes = [.. Enumerable.Range(0, plan.Workers).Select(worker => new Lane(scenario, plan, _pipeline, worker))];
        _inTurn = new Lanes(_lanes, plan.Batch);
    }

    /// <summary>Runs until nothing gets faster any more: the tiers of the JIT are through.</summary>
    /// <exception cref="BenchException">Packets do not come through, or not as they went in.</exception>
    public void WarmUp()
    {
        Check();
        double best = 0;

        for (int i = 0, sinceBest = 0; i < FewestWarmUps || (sinceBest < 5 && i < MostWarmUps); i++)
        {
            double rate = Run(WarmUpWindow).Sum(window => window.Packets / window.Seconds);
            sinceBest = rate > best * 1.02 ? 0 : sinceBest + 1;
            best = Math.Max(best, rate);
        }

        _inTurn.TimeSinglePackets(SinglePackets, _latencies);
    }

    /// <summary>Measures once.</summary>
    public Measurement Measure()
    {
        Tally before = ReadTally();
        WorkerWindow[] windows = Run(_plan.Seconds);
        Tally counted = ReadTally() - before;

        _latencies.Clear();
        _inTurn.TimeSinglePackets(SinglePackets, _latencies);

        return ToMeasurement(windows, counted);
    }

    /// <inheritdoc/>
    public void Dispose() => _pipeline.Dispose();

    private WorkerWindow[] Run(double seconds)
    {
        _pipeline.Changes?.Start();

        try
        {
            return LaneThreads.Run(_lanes, seconds);
        }
        finally
        {
            _pipeline.Changes?.Stop();
        }
    }

    private Tally ReadTally() => Tally.Of(_pipeline, _scenario.HasFlows);

    private Measurement ToMeasurement(WorkerWindow[] windows, Tally counted)
    {
        long packets = windows.Sum(window => window.Packets);
        double time = windows.Sum(window => window.Seconds);
        double seconds = time / windows.Length;

        if (packets == 0)
        {
            throw new BenchException($"{_scenario.Name}: no packet came through");
        }

        return new Measurement(
            _scenario.Name, _plan.Flows, _plan.Frame, _plan.Workers, _plan.Batch, Math.Round(seconds, 4), packets,
            Math.Round(packets / seconds / 1e6, 3), Math.Round(time * 1e9 / packets, 3),
            windows.Sum(window => window.Cycles) is long cycles && windows[0].Cycles is not null ? Math.Round((double)cycles / packets, 1) : null,
            windows.Sum(window => window.AllocatedBytes), counted.Collections, counted.Drops,
            _latencies.Percentile(0.5), _latencies.Percentile(0.99), _latencies.Percentile(0.999))
        {
            FlowsPerSecond = (long?)(counted.Flows / seconds),
            FlowsRedecided = counted.Redecided,
            ChangesPerSecond = (long?)(counted.Changes / seconds),
        };
    }

    private void Check()
    {
        bool whole = _inTurn.TryAllFlows();
        IReadOnlyDictionary<DropReason, long> drops = _pipeline.ReadCounters()?.Drops ?? new Dictionary<DropReason, long>();

        if (!whole || drops.Count > 0)
        {
            string reasons = string.Join(", ", drops.Select(drop => $"{drop.Value} {drop.Key}"));
            throw new BenchException($"{_scenario.Name}: not every packet left as it should (dropped: {(reasons.Length > 0 ? reasons : "none")})");
        }
    }
}

using VRouter.Bench.Measuring;
using VRouter.Bench.Pipelines;
using VRouter.Bench.Scenarios;
using VRouter.ControlSdk;
using VRouter.Forwarding;

namespace VRouter.Bench.Control;

/// <summary>A scenario's data plane, that one thread forwards packets with while a client programs it.</summary>
internal sealed class ForwardingSite : IAsyncDisposable
{
    private const double WarmUpSeconds = 1, Window = 0.02;
    private const int SinglePackets = 1000;

    private readonly DataPlanePipeline _pipeline;
    private readonly Lane _lane;
    private readonly Lanes _lanes;
    private readonly Served _served;

    private ForwardingSite(DataPlanePipeline pipeline, Lane lane, Plan plan, Served served) =>
        (_pipeline, _lane, _lanes, _served) = (pipeline, lane, new Lanes([lane], plan.Batch), served);

    /// <summary>What programs it.</summary>
    public VRouterClient Client => _served.Client;

    /// <summary>Where others may.</summary>
    public string Address => _served.Address;

    /// <summary>The packets.</summary>
    public Lane Lane => _lane;

    /// <summary>Starts one; its flows are set up, and it is warm.</summary>
    public static async Task<ForwardingSite> StartAsync(string scenario, int flows)
    {
        Scenario found = ScenarioList.Find(scenario);
        Plan plan = found.Adapt(new Plan(flows));
        var pipeline = new DataPlanePipeline(found, plan);
        var site = new ForwardingSite(pipeline, new Lane(found, plan, pipeline, worker: 0), plan, await Served.StartAsync(pipeline.DataPlane));

        site.SendAllFlows();
        site.Lane.Run(WarmUpSeconds, null);
        return site;
    }

    /// <summary>What it has counted.</summary>
    public Counters ReadCounters() => _pipeline.ReadCounters();

    /// <summary>Sends a packet, or more, of each flow; all of them leave as they should.</summary>
    public void SendAllFlows()
    {
        _lane.Settle();

        if (!_lanes.TryAllFlows())
        {
            throw new BenchException($"not every packet left as it should (drops: {string.Join(", ", ReadCounters().Drops)})");
        }
    }

    /// <summary>Millions of packets a second that it forwards while something is done.</summary>
    public async Task<double> RateWhileAsync(Func<Task> meanwhile)
    {
        long packets = 0;
        double seconds = 0;

        await PinnedLoop.RunAsync(
            () =>
            {
                WorkerWindow window = _lane.Run(Window, null);
                packets += window.Packets;
                seconds += window.Seconds;
            },
            meanwhile);

        return packets / seconds / 1e6;
    }

    /// <summary>What single packets take, from port to port, while something is done.</summary>
    public async Task<Latencies> LatenciesWhileAsync(Func<Task> meanwhile)
    {
        var latencies = new Latencies();
        await PinnedLoop.RunAsync(() => _lanes.TimeSinglePackets(SinglePackets, latencies), meanwhile);
        return latencies;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _served.DisposeAsync();
        _pipeline.Dispose();
    }
}

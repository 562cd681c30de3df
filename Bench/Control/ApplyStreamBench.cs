using System.Diagnostics;
using VRouter.Bench.Measuring;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Bench.Control;

/// <summary>Very many routes by ApplyStream while packets of other VRFs go on.</summary>
internal static class ApplyStreamBench
{
    private const int Flows = 1024, WarmUpRoutes = 50_000;

    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    /// <summary>Streams routes to one node, then to another.</summary>
    public static async Task<ApplyStreamFigures> MeasureAsync(int count)
    {
        await using ForwardingSite site = await ForwardingSite.StartAsync("vxlan-encap", Flows);
        await site.Client.ApplyAsync(new V1.ApplyRequest { Upsert = new V1.Config { Vrfs = { ManyRoutes.Home } } });
        await WarmUpAsync(site);

        var routes = new ManyRoutes(count);
        long before = ProcessMemory.Resident();
        double calm = await site.RateWhileAsync(() => Task.Delay(s_calm));
        double added = 0, changed = 0;
        double during = await site.RateWhileAsync(async () => added = await TimeAsync(() => routes.StreamAsync(site.Client, node: 1)));
        long after = ProcessMemory.Resident();

        Latencies calmLatencies = await site.LatenciesWhileAsync(() => Task.Delay(s_calm));
        int collections = GC.CollectionCount(0);
        TimeSpan paused = GC.GetTotalPauseDuration();
        Latencies latencies = await site.LatenciesWhileAsync(async () => changed = await TimeAsync(() => routes.StreamAsync(site.Client, node: 2)));

        return new ApplyStreamFigures(
            "apply-stream", count, Math.Round(count / added), Math.Round(count / changed), Math.Round(calm, 2), Math.Round(during, 2), Math.Round(during / calm, 3),
            calmLatencies.Percentile(0.5), calmLatencies.Percentile(0.999), latencies.Percentile(0.5), latencies.Percentile(0.999),
            GC.CollectionCount(0) - collections, Math.Round((GC.GetTotalPauseDuration() - paused).TotalMilliseconds, 1), (after - before) / count, after);
    }

    private static async Task WarmUpAsync(ForwardingSite site)
    {
        var some = new ManyRoutes(WarmUpRoutes);

        for (int turn = 0; turn < 2; turn++)
        {
            await site.RateWhileAsync(() => some.StreamAsync(site.Client, node: 1));
            await site.LatenciesWhileAsync(() => some.StreamAsync(site.Client, node: 2));
            await some.StreamEndsAsync(site.Client);
        }
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        long start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

using System.Diagnostics;
using VRouter.Bench.Scenarios;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Bench.Control;

/// <summary>Sync of very many objects, of which a few have changed.</summary>
internal static class SyncBench
{
    private const int Flows = 1024, Changed = 10, Turns = 5;

    /// <summary>Synchronises a million objects or so; ten of them are routes of one flow each.</summary>
    public static async Task<SyncFigures> MeasureAsync(int objects)
    {
        await using ForwardingSite site = await ForwardingSite.StartAsync("vxlan-encap", Flows);
        V1.Config wanted = await site.Client.ExportAsync();
        wanted.Vrfs.Add(ManyRoutes.Home);
        wanted.Routes.Add(new ManyRoutes(objects).To(node: 1));
        await site.Client.SyncAsync(wanted);
        site.SendAllFlows();

        V1.Route[] turning = [.. wanted.Routes.Where(route => route.Vrf == Site.Tenants.Value).Take(Changed)];
        double[] times = new double[Turns];
        long redecided = site.ReadCounters().FlowsRedecided;
        V1.SyncResponse response = new();

        for (int turn = 0; turn < Turns; turn++)
        {
            Array.ForEach(turning, route => route.NextHop = Site.TunnelTo(turn).Value == route.NextHop ? Site.TunnelTo(Turns).Value : Site.TunnelTo(turn).Value);
            long start = Stopwatch.GetTimestamp();
            response = await site.Client.SyncAsync(wanted);
            times[turn] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Check(response);
            site.SendAllFlows();
        }

        return new SyncFigures(
            "sync", (int)(response.Changed + response.Unchanged), (int)response.Changed, Math.Round(times.Order().ElementAt(Turns / 2), 1), Math.Round(times.Max(), 1),
            Flows, (double)(site.ReadCounters().FlowsRedecided - redecided) / Turns);
    }

    private static void Check(V1.SyncResponse response)
    {
        if (response is not { Added: 0, Changed: Changed, Removed: 0 })
        {
            throw new BenchException($"not {Changed} objects have changed: {response}");
        }
    }
}

using System.Diagnostics;
using VRouter.Bench.Scenarios;
using VRouter.ControlSdk.Server;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Control;

/// <summary>Very many routes by ApplyStream into a data plane whose state is kept, and a new one that is brought there again.</summary>
internal static class StateBench
{
    private const int WarmUpRoutes = 50_000, Turns = 3;

    /// <summary>Streams routes without a state and with one, and restores it.</summary>
    public static async Task<StateFigures> MeasureAsync(int count)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vrouter-bench-state-");

        try
        {
            await StreamAsync(Path.Combine(folder.FullName, "warm"), Math.Min(count, WarmUpRoutes));
            double plain = double.MaxValue, kept = double.MaxValue, changed = double.MaxValue, restored = double.MaxValue;
            long bytes = 0;

            // In turns, and the best of each: what comes first pays for what the process has not done before.
            for (int turn = 0; turn < Turns; turn++)
            {
                string path = Path.Combine(folder.FullName, $"kept{turn}");
                plain = Math.Min(plain, (await StreamAsync(null, count)).Added);
                (double added, double again, bytes) = await StreamAsync(path, count);
                (kept, changed) = (Math.Min(kept, added), Math.Min(changed, again));
                restored = Math.Min(restored, Restore(path, count));
            }

            return new StateFigures("state", count, Math.Round(count / plain), Math.Round(count / kept), Math.Round(count / changed), Math.Round((double)bytes / count, 1), restored);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Seconds until all routes are there, seconds until all have changed, and how long the file was in between.</summary>
    private static async Task<(double Added, double Changed, long Bytes)> StreamAsync(string? path, int count)
    {
        using DataPlane dataPlane = MakeDataPlane();
        using StateDirectory? state = path is null ? null : StateDirectory.Open(path);
        state?.RestoreInto(dataPlane);
        _ = dataPlane.Apply(new Transaction { Vrfs = { new Vrf(new(ManyRoutes.Home.Id)) }, NextHops = { NextHop(1), NextHop(2) } });
        await using Served served = await Served.StartAsync(dataPlane, state);
        var routes = new ManyRoutes(count);

        long start = Stopwatch.GetTimestamp();
        await routes.StreamAsync(served.Client, node: 1);
        double added = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long bytes = path is null ? 0 : new FileInfo(Path.Combine(path, "state")).Length;

        start = Stopwatch.GetTimestamp();
        await routes.StreamAsync(served.Client, node: 2);
        return (added, Stopwatch.GetElapsedTime(start).TotalSeconds, bytes);
    }

    private static double Restore(string path, int count)
    {
        long start = Stopwatch.GetTimestamp();
        using DataPlane dataPlane = MakeDataPlane();
        using StateDirectory state = StateDirectory.Open(path);
        state.RestoreInto(dataPlane);
        double milliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds);

        int restored = dataPlane.ExportPieces().Sum(piece => piece.Routes.Count);
        return restored == count ? milliseconds : throw new BenchException($"{restored} routes were restored instead of {count}");
    }

    private static DataPlane MakeDataPlane() => new(new DataPlaneOptions { OpenPorts = false });

    private static TunnelNextHop NextHop(int node) => new(Site.TunnelTo(node), EncapsulationKind.Vxlan, IpAddress.Parse($"192.0.2.{node}")) { Label = 5000 };
}

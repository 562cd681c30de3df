using System.Diagnostics;
using VRouter.Bench.Routes;
using VRouter.Bench.Scenarios;
using VRouter.ControlSdk;
using VRouter.Encap;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Bench.Control;

/// <summary>Single routes by Apply, among very many, and the packets that see them.</summary>
internal static class ApplyOneBench
{
    private const int WarmUps = 1000, Turns = 2000;

    /// <summary>Turns a route from one server to the other and back, while packets go on.</summary>
    public static async Task<ApplyOneFigures> MeasureAsync(int routes)
    {
        IpPrefix[] prefixes = RealisticRoutes.Ipv4(routes);
        // The longest: no other one takes its address away.
        IpPrefix turning = prefixes.MaxBy(prefix => prefix.Length);
        using var site = new RoutedSite();
        site.Load(RouteBench.ToTransaction(prefixes, vrfs: 1), turning.Address);
        await using Served served = await Served.StartAsync(site.DataPlane);

        double[] seen = [], answered = [];
        var sent = new Arrival(RoutedSite.PacketTo(turning.Address), server: 0);

        await PinnedLoop.RunAsync(
            () =>
            {
                Arrival awaited = Volatile.Read(ref sent);
                awaited.Note(site.Send(awaited.Packet));
            },
            async () => (seen, answered) = await TurnAsync());

        return new ApplyOneFigures("apply-one", routes, At(seen, 0.5), At(seen, 0.99), At(answered, 0.5), At(answered, 0.99));

        async Task<(double[] Seen, double[] Answered)> TurnAsync()
        {
            var times = new List<(double Seen, double Answered)>();

            for (int turn = 1; turn <= WarmUps + Turns; turn++)
            {
                var arrival = new Arrival(sent.Packet, turn % 2);
                Volatile.Write(ref sent, arrival);
                times.Add(await ApplyAsync(served.Client, RequestOf(turning, turn % 2), arrival));
            }

            return ([.. times.Skip(WarmUps).Select(time => time.Seen)], [.. times.Skip(WarmUps).Select(time => time.Answered)]);
        }
    }

    private static async Task<(double Seen, double Answered)> ApplyAsync(VRouterClient client, V1.ApplyRequest request, Arrival arrival)
    {
        long start = Stopwatch.GetTimestamp();
        await client.ApplyAsync(request);
        double answered = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        return (Stopwatch.GetElapsedTime(start, await arrival.Seen).TotalMicroseconds, answered);
    }

    private static V1.ApplyRequest RequestOf(IpPrefix prefix, int server) => new()
    {
        Upsert = new V1.Config { Routes = { new V1.Route { Vrf = Site.Tenants.Value, Prefix = prefix.ToString(), NextHop = RoutedSite.Servers[server].Value } } },
    };

    private static double At(double[] times, double share) => Math.Round(times.Order().ElementAt((int)(share * (times.Length - 1))), 1);
}

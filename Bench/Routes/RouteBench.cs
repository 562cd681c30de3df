using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Routes;

/// <summary>Measures what many routes take.</summary>
internal static class RouteBench
{
    private const int WarmUps = 500, Turns = 2000;
    private const uint FirstVrf = 1000;

    /// <summary>Measures these routes, spread over so many VRFs.</summary>
    public static RouteFigures Measure(IpPrefix[] prefixes, int vrfs)
    {
        using var tables = new RouteTables(prefixes, vrfs);
        double lookup = tables.TimeLookups();
        IpPrefix[] turning = [.. tables.FirstVrf().Take(WarmUps + Turns)];

        Transaction routes = ToTransaction(prefixes, vrfs);
        using var site = new RoutedSite();
        long before = ProcessMemory.Resident();
        double first = site.Load(routes, turning[0].Address);
        long grown = ProcessMemory.Resident() - before;
        GC.KeepAlive(routes);

        (double[] times, double allocated) = Turn(site, turning);

        return new RouteFigures(
            prefixes[0].IsIpv6 ? "ipv6" : "ipv4", vrfs, prefixes.Length, tables.Bytes, grown, Math.Round(first, 1), Math.Round(lookup, 1),
            Math.Round(times[times.Length / 2], 1), Math.Round(times[times.Length * 99 / 100], 1), Math.Round(allocated));
    }

    // Every route goes to the other server, then, should there be too few, back again.
    private static (double[] SortedTimes, double AllocatedBytes) Turn(RoutedSite site, IpPrefix[] prefixes)
    {
        (double Microseconds, long AllocatedBytes)[] turns =
        [
            .. Enumerable.Range(0, WarmUps + Turns).Select(i => site.Turn(prefixes[i % prefixes.Length], server: 1 - i / prefixes.Length % 2)).Skip(WarmUps),
        ];

        return ([.. turns.Select(turn => turn.Microseconds).Order()], turns.Average(turn => turn.AllocatedBytes));
    }

    /// <summary>Routes to these prefixes, all to the first server.</summary>
    public static Transaction ToTransaction(IpPrefix[] prefixes, int vrfs)
    {
        var all = new Transaction();
        all.Vrfs.AddRange(Enumerable.Range(1, vrfs - 1).Select(vrf => new Vrf(VrfOf(vrf)) { ForwardingMode = ForwardingMode.L3 }));
        all.Routes.AddRange(prefixes.Select((prefix, i) => new Route(VrfOf(i % vrfs), prefix, RoutedSite.Servers[0])));
        return all;
    }

    // The first is the tenants', so that their packets find its routes.
    private static VrfId VrfOf(int number) => number == 0 ? Site.Tenants : new VrfId(FirstVrf + (uint)number);
}

using System.CommandLine;
using VRouter.Bench.Routes;
using VRouter.Encap;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench routes</c>: what many routes take.</summary>
internal static class RoutesCommand
{
    public static Command Create()
    {
        var ipv4 = new Option<int>("--ipv4") { Description = "IPv4 routes in one VRF.", DefaultValueFactory = _ => 1_000_000 };
        var ipv6 = new Option<int>("--ipv6") { Description = "IPv6 routes in one VRF.", DefaultValueFactory = _ => 200_000 };
        var vrfs = new Option<int>("--vrfs") { Description = "VRFs of ten IPv4 routes each.", DefaultValueFactory = _ => 4096 };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("routes", "Measures many routes: memory, time to the first packet, lookups, changes. 0 leaves a row out.") { ipv4, ipv6, vrfs, json };

        command.SetAction(result => Run(result.GetValue(ipv4), result.GetValue(ipv6), result.GetValue(vrfs), result.GetValue(json)));

        return command;
    }

    private static void Run(int ipv4, int ipv6, int vrfs, bool json)
    {
        const int RoutesOfAVrf = 10;

        var output = new Output(json, RouteFigures.Heading);
        (int Count, Func<IpPrefix[]> Prefixes, int Vrfs)[] rows =
        [
            (ipv4, () => RealisticRoutes.Ipv4(ipv4), 1),
            (ipv6, () => RealisticRoutes.Ipv6(ipv6), 1),
            (vrfs, () => RealisticRoutes.Ipv4(vrfs * RoutesOfAVrf), vrfs),
        ];

        // The first time compiles.
        RouteBench.Measure(RealisticRoutes.Ipv4(1000), 1);

        foreach ((_, Func<IpPrefix[]> prefixes, int spread) in rows.Where(row => row.Count > 0))
        {
            output.Write(RouteBench.Measure(prefixes(), spread));
        }
    }
}

using VRouter.Bench.Scenarios;
using VRouter.ControlSdk;
using VRouter.Encap;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Bench.Control;

/// <summary>Many routes of a VRF that no packet is in, as a client writes them.</summary>
internal sealed class ManyRoutes(int count)
{
    private const uint Vrf = 1000;
    private const int BatchSize = 1000;

    private readonly IpPrefix[] _prefixes = RealisticRoutes.Ipv4(count);

    /// <summary>How many.</summary>
    public int Count => count;

    /// <summary>The VRF that they are in.</summary>
    public static V1.Vrf Home { get; } = new() { Id = Vrf, Name = "many-routes", ForwardingMode = V1.Vrf.Types.ForwardingMode.L3 };

    /// <summary>All of them, to a node.</summary>
    public IEnumerable<V1.Route> To(int node) => _prefixes.Select(prefix => RouteTo(prefix, node));

    /// <summary>Streams all of them, to a node, in transactions of 1,000.</summary>
    public Task StreamAsync(VRouterClient client, int node) => StreamAsync(client, _prefixes.Chunk(BatchSize).Select(some =>
        new V1.ApplyRequest { Upsert = new V1.Config { Routes = { some.Select(prefix => RouteTo(prefix, node)) } } }));

    /// <summary>Streams their ends.</summary>
    public Task StreamEndsAsync(VRouterClient client) => StreamAsync(client, _prefixes.Chunk(BatchSize).Select(some =>
        new V1.ApplyRequest { Delete = { some.Select(prefix => new V1.ObjectKey { Route = new V1.RouteKey { Vrf = Vrf, Prefix = prefix.ToString() } }) } }));

    private async Task StreamAsync(VRouterClient client, IEnumerable<V1.ApplyRequest> requests)
    {
        long changed = 0;

        await foreach (V1.ApplyResponse response in client.ApplyAsync(requests.ToAsyncEnumerable()))
        {
            if (response.Problems.Count > 0)
            {
                throw new BenchException($"refused: {response.Problems[0]}");
            }

            changed += response.Changed;
        }

        if (changed != count)
        {
            throw new BenchException($"{changed} routes changed instead of {count}");
        }
    }

    private static V1.Route RouteTo(IpPrefix prefix, int node) => new() { Vrf = Vrf, Prefix = prefix.ToString(), NextHop = Site.TunnelTo(node).Value };
}

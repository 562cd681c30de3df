using VRouter.Bench.Scenarios;

namespace VRouter.Bench.Compare.OpenVswitch;

/// <summary>OpenFlow rules that do what a scenario does.</summary>
internal sealed class OvsRules(int flows)
{
    /// <summary>The port where packets arrive, and the one that puts them into tunnels.</summary>
    public const string Arriving = "in0", Tunnel = "tunnel0";

    /// <summary>Tracks what arrives, from either side, and drops it.</summary>
    public static IEnumerable<string> TrackOnly() => ["ip,actions=ct(commit)"];

    /// <summary>The least: established flows go into one tunnel. One entry of its cache serves all.</summary>
    public static IEnumerable<string> IntoOneTunnel() => [.. Tracked, $"table=2,ip,actions=output:{Tunnel}"];

    /// <summary>What our data plane does: each destination has a route to its node.</summary>
    public IEnumerable<string> ByRoute() => [.. Tracked, .. Enumerable.Range(0, flows).Select(flow =>
        $"table=2,ip,nw_dst={Site.Destination(flow)},actions=set_field:{Site.NodeAddress(Site.NodeOf(flow))}->tun_dst,output:{Tunnel}")];

    private static string[] Tracked =>
    [
        $"table=0,in_port={Arriving},ip,actions=ct(table=1)",
        "table=1,ct_state=+trk+new,ip,actions=ct(commit),goto_table:2",
        "table=1,ct_state=+trk+est,ip,actions=goto_table:2",
    ];
}

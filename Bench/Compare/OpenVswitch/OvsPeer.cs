using System.Diagnostics;
using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;

namespace VRouter.Bench.Compare.OpenVswitch;

/// <summary>
/// Open vSwitch with DPDK, connection tracking and VXLAN: one PMD core, packets from memory (net_pcap, infinite_rx), sent to nobody
/// (net_null). All flows are known both ways before it is measured, so each packet asks the tracker once and changes nothing there.
/// </summary>
internal sealed class OvsPeer(string name, Scenario scenario, int flows, Waiting wait) : IDisposable
{
    /// <summary>Its name where each destination has a route to one of many tunnels, as in our data plane.</summary>
    public const string WithRoutes = "ovs-dpdk";

    /// <summary>Its name where all goes into one tunnel, the least that there is to do.</summary>
    public const string OneTunnel = "ovs-dpdk-one-tunnel";

    private const string Inner = "inner", Outer = "outer", Leaving = "out0";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_betweenMisses = TimeSpan.FromSeconds(1);

    private readonly OvsSwitch _switch = new(wait);
    private readonly OvsRules _rules = new(flows);

    /// <summary>For figures: one of the two.</summary>
    public string Name => name;

    /// <summary>Makes it forward, with all flows established; it stands still then.</summary>
    /// <exception cref="BenchException">It does not.</exception>
    public void Start()
    {
        _switch.Start();
        AddTunnel();
        Establish();
        _switch.ReplaceRules(Inner, HasRoutes ? _rules.ByRoute() : OvsRules.IntoOneTunnel());
        _switch.Resume();
        WaitForCaches();
        _switch.Pause();
    }

    /// <summary>Lets it forward for so long; millions of packets a second.</summary>
    public double Measure(double seconds)
    {
        _switch.Resume();
        wait.For(s_settling);

        long packets = _switch.PacketsSent(Leaving), start = Stopwatch.GetTimestamp();
        wait.For(TimeSpan.FromSeconds(seconds));
        packets = _switch.PacketsSent(Leaving) - packets;
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;

        _switch.Pause();
        return Math.Round(packets / elapsed / 1e6, 3);
    }

    /// <inheritdoc/>
    public void Dispose() => _switch.Dispose();

    private bool HasRoutes => name == WithRoutes;

    private void AddTunnel()
    {
        _switch.AddBridge(Outer, Site.FabricMac);
        _switch.AddBridge(Inner, Site.VirtualMac);
        _switch.AddDpdkPort(Outer, Leaving, "net_null0,no-rx=1");
        _switch.AddPort(Inner, OvsRules.Tunnel, "type=vxlan", HasRoutes ? "options:remote_ip=flow" : $"options:remote_ip={Site.NodeAddress(0)}", $"options:key={Site.Vni.Value}");

        _switch.SetAddress(Outer, Site.FabricAddress, 24);
        _switch.Control("ovs/route/add", $"{Site.NodeAddress(0)}/16", Outer, $"{Site.GatewayAddress}");
        _switch.Control("tnl/neigh/set", Outer, $"{Site.GatewayAddress}", $"{Site.GatewayMac}");
        _switch.ReplaceRules(Outer, [$"in_port=LOCAL,actions=output:{Leaving}"]);
    }

    // Both directions of each flow, once: what is only seen from one side stays "new" and is committed with each packet.
    private void Establish()
    {
        const string Replies = "replies0";

        _switch.ReplaceRules(Inner, OvsRules.TrackOnly());
        _switch.AddDpdkPort(Inner, OvsRules.Arriving, $"net_pcap0,rx_pcap={WriteFrames("frames.pcap", asReplies: false)},infinite_rx=1");
        wait.Until(() => _switch.CountConnections() >= flows, s_patience, "Open vSwitch does not track the flows");

        _switch.AddDpdkPort(Inner, Replies, $"net_pcap1,rx_pcap={WriteFrames("replies.pcap", asReplies: true)}");
        wait.Until(() => _switch.PacketsReceived(Replies) >= flows, s_patience, "Open vSwitch does not see replies");
        _switch.DeletePort(Inner, Replies);
    }

    // Its caches fill by misses, which go through another thread.
    private void WaitForCaches()
    {
        long last = -1;

        wait.Until(
            () =>
            {
                wait.For(s_betweenMisses);
                long misses = _switch.CountMisses();
                bool isQuiet = misses == last;
                last = misses;
                return isQuiet;
            },
            s_patience, "Open vSwitch's caches do not come to rest");
    }

    private string WriteFrames(string file, bool asReplies)
    {
        string path = _switch.PathOf(file);
        PeerFrames.Write(path, scenario, flows, asReplies);
        return path;
    }
}

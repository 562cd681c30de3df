using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text.RegularExpressions;
using VRouter.Bench.Measuring;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Bench.Compare.OpenVswitch;

/// <summary>
/// An Open vSwitch of its own: database, sockets and logs in a folder of its own, devices in a network namespace that nobody else sees.
/// </summary>
internal sealed partial class OvsSwitch(Waiting wait) : IDisposable
{
    private const string Daemon = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk";
    private const string Schema = "/usr/share/openvswitch/vswitch.ovsschema";
    private const string CommandTimeout = "--timeout=60";
    private const string CacheLimit = "1000000";
    private const int MegabytesForDpdk = 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly NetworkNamespace _network = NetworkNamespace.CreateUnnamed();
    private readonly OvsFolder _folder = new();
    private readonly Stack<Child> _children = new();

    private Child? _daemon;

    /// <summary>Whether it is installed.</summary>
    public static bool IsInstalled => File.Exists(Daemon) && File.Exists(Schema);

    /// <summary>The Debian package.</summary>
    public static string Package => "openvswitch-switch-dpdk";

    /// <summary>Starts it with one PMD thread, on the last processor that we may use, and everything else on the first.</summary>
    public void Start()
    {
        IReadOnlyList<int> cpus = CpuAffinity.Usable();

        Run("ovsdb-tool", "create", PathOf("conf.db"), Schema);
        _children.Push(Open("ovsdb-server", PathOf("conf.db"), $"--remote=punix:{Database}", $"--pidfile={PathOf("ovsdb.pid")}", $"--log-file={PathOf("ovsdb.log")}"));
        wait.Until(() => File.Exists(Database), s_patience, "ovsdb-server does not start");

        // Without huge pages, which are rarely reserved; they make no difference here. Nothing is shared with other DPDK programs.
        Configure("--no-wait", "init", "--", "set", "Open_vSwitch", ".", "other_config:dpdk-init=true",
            $"other_config:dpdk-lcore-mask={Mask(cpus[0])}", $"other_config:pmd-cpu-mask={Mask(cpus[^1])}",
            string.Create(CultureInfo.InvariantCulture, $"other_config:dpdk-extra=\"--no-huge --legacy-mem -m {MegabytesForDpdk} --no-shconf --no-pci --no-telemetry\""),
            // Its cache is not to be emptied because it stood still meanwhile.
            "other_config:max-idle=3600000", "other_config:min-revalidate-pps=0", $"other_config:flow-limit={CacheLimit}");

        _daemon = Open(Daemon, $"unix:{Database}", $"--unixctl={Socket}", $"--pidfile={PathOf("vswitchd.pid")}", $"--log-file={PathOf("vswitchd.log")}", "-vconsole:off");
        _children.Push(_daemon);
        wait.Until(() => File.Exists(Socket), s_patience, "ovs-vswitchd does not start");
    }

    /// <summary>A file in its folder.</summary>
    public string PathOf(string file) => _folder.PathOf(file);

    /// <summary>Adds a bridge that forwards nothing but by rules.</summary>
    public void AddBridge(string bridge, MacAddress mac) =>
        Configure("add-br", bridge, "--", "set", "Bridge", bridge, "datapath_type=netdev", "fail_mode=secure", $"other_config:hwaddr=\"{mac}\"");

    /// <summary>Adds a port.</summary>
    public void AddPort(string bridge, string port, params string[] settings) =>
        Configure(["add-port", bridge, port, "--", "set", "Interface", port, .. settings]);

    /// <summary>Adds a virtual device of DPDK.</summary>
    public void AddDpdkPort(string bridge, string port, string device) => AddPort(bridge, port, "type=dpdk", $"options:dpdk-devargs=\"{device}\"");

    /// <summary>Removes a port.</summary>
    public void DeletePort(string bridge, string port) => Configure("del-port", bridge, port);

    /// <summary>Sets a bridge's device up with an address.</summary>
    public void SetAddress(string bridge, IpAddress address, int length)
    {
        using Netlink netlink = _network.Run(() => new Netlink());
        netlink.Addresses.Add(bridge, IPAddress.Parse($"{address}"), length);
        netlink.Links.SetUp(bridge);
    }

    /// <summary>Replaces all rules of a bridge.</summary>
    public void ReplaceRules(string bridge, IEnumerable<string> rules)
    {
        string file = PathOf($"{bridge}.rules");
        File.WriteAllLines(file, rules);
        Run("ovs-ofctl", CommandTimeout, "--protocols=OpenFlow14", "--bundle", "replace-flows", $"unix:{PathOf($"{bridge}.mgmt")}", file);
    }

    /// <summary>Sends the daemon a command; gives back its answer.</summary>
    public string Control(params string[] command) => Run("ovs-appctl", [CommandTimeout, "--target", Socket, .. command]);

    /// <summary>Packets that came in at a port.</summary>
    public long PacketsReceived(string port) => Read(Control("dpctl/show", "--statistics"), $"{port} .*?RX packets:");

    /// <summary>Packets that left by a port.</summary>
    public long PacketsSent(string port) => Read(Control("dpctl/show", "--statistics"), $"{port} .*?TX packets:");

    /// <summary>Packets that no cache knew, so far.</summary>
    public long CountMisses() => Read(Control("dpctl/show"), "missed:");

    /// <summary>Connections that are tracked.</summary>
    public long CountConnections() => Read(Control("dpctl/ct-get-nconns"), "^");

    /// <summary>Stops all its threads where they are.</summary>
    public void Pause() => _daemon!.Signal("STOP");

    /// <summary>Lets them go on.</summary>
    public void Resume()
    {
        _daemon!.Signal("CONT");

        // It shrinks its cache when its own work takes long, as it seems to after standing still.
        Control("upcall/set-flow-limit", CacheLimit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_children.TryPop(out Child? child))
        {
            child.Dispose();
        }

        _folder.Dispose();
        _network.Dispose();
    }

    private string Database => PathOf("db.sock");

    private string Socket => PathOf("vswitchd.ctl");

    private static string Mask(int cpu) => "0x" + (BigInteger.One << cpu).ToString("x", CultureInfo.InvariantCulture);

    private static long Read(string text, string before) =>
        Regex.Match(text, before + @"\s*(\d+)", RegexOptions.Singleline) is { Success: true } match
            ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new BenchException($"Open vSwitch says something unexpected: {text}");

    private void Configure(params string[] command) => Run("ovs-vsctl", [CommandTimeout, $"--db=unix:{Database}", .. command]);

    private Child Open(string program, params string[] arguments) => new(program, arguments, _folder.Environment, _network);

    // What these tools say on standard error is never good; ovs-vsctl ends with 0 although a port is refused.
    private string Run(string program, params string[] arguments)
    {
        using Child child = Open(program, arguments);
        (int status, string output, string errors) = child.WaitForExit();

        return status == 0 && errors.Length == 0 ? output
            : throw new BenchException($"{program} {string.Join(' ', arguments)}: {errors.Trim()}{_folder.Complaints()}");
    }
}

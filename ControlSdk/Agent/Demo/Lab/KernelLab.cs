using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// A lab on the real kernel: a network namespace for each node and each pod, pods on TAPs, AF_XDP on the veth pair between
/// the nodes. No namespace has a name, so that everything is gone with the process, however it ends.
/// </summary>
internal sealed class KernelLab : ILab
{
    private const string FabricDevice = "fabric0";

    private readonly List<NetworkNamespace> _namespaces = [];
    private readonly List<LabNode> _nodes = [];
    private readonly Dictionary<Pod, KernelPod> _pods = [];
    private readonly SocketDirectory _sockets = new();

    /// <exception cref="SystemCallException">The kernel or the privileges do not allow it; nothing is left.</exception>
    public KernelLab(Scenario scenario, Captures captures)
    {
        try
        {
            Build(scenario, captures);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Description { get; private set; } = "";

    public IReadOnlyList<LabNode> Nodes => _nodes;

    public TimeSpan? Ping(Pod from, IpAddress to, TimeSpan patience) => _pods[from].Ping(to, patience);

    public Fetch Fetch(Pod from, IpAddress to, Payload payload, TimeSpan patience, Action<long> progress, CancellationToken stop) =>
        _pods[from].Fetch(to, payload, patience, progress, stop);

    public void Dispose()
    {
        foreach (KernelPod pod in _pods.Values)
        {
            pod.Dispose();
        }

        _nodes.ForEach(node => node.Dispose());
        _namespaces.ForEach(space => space.Dispose());
        _sockets.Dispose();
    }

    private void Build(Scenario scenario, Captures captures)
    {
        NetworkNamespace[] spaces = [.. scenario.Nodes.Select(_ => MakeNamespace())];
        Wire(spaces[0], spaces[1]);

        for (int i = 0; i < spaces.Length; i++)
        {
            Add(scenario, scenario.Nodes[i], spaces[i], captures);
        }

        _nodes.ForEach(node => node.DataPlane.Start());
    }

    private NetworkNamespace MakeNamespace()
    {
        NetworkNamespace made = NetworkNamespace.CreateUnnamed();
        _namespaces.Add(made);
        return made;
    }

    private static void Wire(NetworkNamespace left, NetworkNamespace right)
    {
        left.Run(() =>
        {
            using Netlink netlink = new();
            netlink.Links.CreateVeth(FabricDevice, FabricDevice, right);
        });

        SetUp(left);
        SetUp(right);

        static void SetUp(NetworkNamespace space) => space.Run(() =>
        {
            using Netlink netlink = new();
            netlink.Links.SetUp(FabricDevice);
        });
    }

    private void Add(Scenario scenario, Node node, NetworkNamespace space, Captures captures)
    {
        var made = new LabNode(node, new DataPlane(new DataPlaneOptions { OpenPorts = false, Frames = 16384 }), _sockets);
        _nodes.Add(made);
        made.Control.Sync(NodeConfig.Create(scenario, node, scenario.Phases[0]));

        FramePool frames = made.DataPlane.Frames;
        AfXdpPort fabric = space.Run(() => new AfXdpPort(new XdpOptions(FabricDevice), frames.Region));
        Description = $"real pods in network namespaces, each on a TAP; the nodes' fabric {fabric.Description} on a veth pair";
        made.Attach(Node.FabricVif, fabric, [made.Fabric, .. captures.Open($"{node.Name}-fabric")]);

        foreach (Pod pod in node.Pods)
        {
            NetworkNamespace home = MakeNamespace();
            made.Attach(pod.Vif, home.Run(() => new TapPort(new TapOptions(KernelPod.Device) { Mac = pod.Mac, Mtu = Pod.Mtu })), captures.Open(pod.Name));
            _pods.Add(pod, new KernelPod(pod, home));
        }
    }
}

using System.Globalization;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>
/// One node or two with a service: a floating IP in front of three web servers, which are spread over the nodes, and a client on each node.
/// Every node's route to the service is the same group.
/// </summary>
internal sealed class ServiceNodes
{
    public const string Address = "10.167.87.84", Ipv6Address = "fd00:167::84";
    public const string OutsideAddress = "192.0.2.100";
    public const int DatagramPort = 53;

    private const string OutsideMac = "02:00:00:00:00:64";
    private const uint Backends = 3, AnswersLabel = 50;

    private static readonly NextHopId s_tunnel = new(1), s_group = new(100), s_pods = new(101);

    private readonly NetworkLab _lab;
    private readonly Dictionary<ServicePod, WebServer> _servers = [];

    public ServiceNodes(NetworkLab lab, int count)
    {
        _lab = lab;
        Nodes = [.. Enumerable.Range(0, count).Select(i => new Node(lab, new Machine(lab, $"node{i}")))];
        Servers = [.. Enumerable.Range(0, (int)Backends).Select(i => new ServicePod(lab, i % count, (uint)i + 1))];
        Clients = [.. Enumerable.Range(0, count).Select(i => new ServicePod(lab, i, Backends + 1 + (uint)i))];

        Outside = new Machine(lab, "outside");

        if (count > 1)
        {
            Wire();
        }

        ForEachNode(Configuration);
        SetMembers(Servers);

        foreach (ServicePod pod in Pods)
        {
            pod.Configure();
        }

        foreach (ServicePod server in Servers)
        {
            _servers.Add(server, lab.Keep(new WebServer(server.Machine, server.Name, server.WebPort)));
            lab.Keep(new DatagramEcho(server.Machine, server.Name, server.DatagramPort));
        }
    }

    public Node[] Nodes { get; }

    public ServicePod[] Servers { get; }

    /// <summary>A machine on the wire between the nodes that knows nothing of vRouters.</summary>
    public Machine Outside { get; }

    /// <summary>A client on each node.</summary>
    public ServicePod[] Clients { get; }

    private IEnumerable<ServicePod> Pods => [.. Servers, .. Clients];

    /// <summary>Makes these the members of the service, on all nodes.</summary>
    public void SetMembers(params IReadOnlyList<ServicePod> members) => SetMembers(members, []);

    /// <summary>Makes these the members of the service, of which some only keep what they have.</summary>
    public void SetMembers(IReadOnlyList<ServicePod> members, IReadOnlyList<ServicePod> draining) => ForEachNode(node => new Transaction
    {
        NextHops = { new EcmpNextHop(s_group) { Members = [.. members.Select(pod => Member(node, pod) with { Draining = draining.Contains(pod) })] } },
        Routes = { Route(Address, s_group), Route(Ipv6Address, s_group) },
        FloatingIps = { FloatingIp(Address, [.. LocalTo(node, members)]), FloatingIp(Ipv6Address, [.. LocalTo(node, members)]) },
    });

    /// <summary>Has a server stop at once.</summary>
    public void Kill(ServicePod server) => _servers[server].Dispose();

    /// <summary>Lets the servers be reached from nowhere but here.</summary>
    public void Guard(string allowed) => ForEachNode(node => new Transaction
    {
        SecurityGroups = { new SecurityGroup(new SecurityGroupId(8_000_001), "web", [new SecurityRule { Direction = RuleDirection.Ingress, RemotePrefix = IpPrefix.Parse(allowed) }]) },
        Vifs = [.. LocalTo(node, Servers).Select(pod => pod.Spec with { SecurityGroups = [new SecurityGroupId(8_000_001)] })],
    });

    public WebClient Browser(ServicePod pod, double patience = 10) => _lab.Keep(new WebClient(pod.Machine, patience));

    public long DroppedFor(DropReason reason) => Nodes.Sum(node => node.Plane.ReadCounters().Drops.GetValueOrDefault(reason));

    public void AssertBalanced() => Array.ForEach(Nodes, node => node.AssertBalanced());

    /// <summary>Makes the pod another tenant's, who reaches VRF 1 under a floating IP only.</summary>
    public void Estrange(ServicePod pod, string floatingIp) => ForEachNode(node => pod.Node != node ? new Transaction { Routes = { Route(floatingIp, s_tunnel, pod.Label) } } : new Transaction
    {
        Vrfs = { new Vrf(new VrfId(2)) { ForwardingMode = ForwardingMode.L3 } },
        Vifs = { pod.Spec with { Vrf = new VrfId(2) } },
        Routes = { Route(floatingIp, pod.NextHop) },
        FloatingIps = { new FloatingIp(new VrfId(1), IpAddress.Parse(floatingIp)) { Direction = FloatingIpDirection.Egress, Vifs = [pod.Vif] } },
    });

    /// <summary>
    /// The service under one more address: for whoever is outside, in VRF 0. A call comes to its server in the tunnel of the node that it called,
    /// which nothing outside is routed to: no RPF there. The answer goes straight to the wire.
    /// </summary>
    public void Expose(string address) => ForEachNode(node => new Transaction
    {
        Vrfs = { new Vrf(new VrfId(0)) { RpfDisabled = true } },
        Routes = { new Forwarding.Route(new VrfId(0), IpPrefix.Host(IpAddress.Parse(address)), s_group) },
        FloatingIps = { FloatingIp(address, [.. LocalTo(node, Servers)]) with { Vrf = new VrfId(0) } },
    });

    /// <summary>The service on a port of every node's own address. Answers to the underlay go back to the node that was called, to become its own again.</summary>
    public void OpenNodePort(ushort port, bool translatesSource) => ForEachNode(node => new Transaction
    {
        NextHops = { new VrfNextHop(s_pods, new VrfId(1)) },
        Labels = { new LabelEntry(new MplsLabel(AnswersLabel), s_pods) },
        Routes = { new Forwarding.Route(new VrfId(1), IpPrefix.Parse("192.0.2.0/24"), s_tunnel) { Label = AnswersLabel } },
        FloatingIps =
        {
            new FloatingIp(new VrfId(0), IpAddress.Parse(NodeAddress(node)))
            {
                Direction = FloatingIpDirection.Ingress,
                PortMappings = [new PortMapping(IpProtocol.Tcp, port, 80) { Forward = new PortForward(new VrfId(1), IpAddress.Parse(Address), translatesSource) }],
            },
        },
    });

    /// <summary>The underlay's address of a node.</summary>
    public static string NodeAddress(int node) => $"192.0.2.{node + 1}";

    /// <summary>The nodes and the machine outside, on one switch.</summary>
    private void Wire()
    {
        const string bridge = "br0";
        Machine center = new(_lab, "switch");
        center.Network.Links.CreateBridge(bridge);
        center.Network.Links.SetUp(bridge);

        foreach (Machine machine in (Machine[])[.. Nodes.Select(node => node.Machine), Outside])
        {
            string port = string.Create(CultureInfo.InvariantCulture, $"port{center.Network.Links.List().Count}");
            _lab.Connect(machine.Namespace, Node.Fabric, center.Namespace, port);
            center.Network.Links.SetMaster(port, bridge);
        }

        Outside.Configure(Node.Fabric, OutsideMac, $"{OutsideAddress}/24");
    }

    private void ForEachNode(Func<int, Transaction> make)
    {
        for (int i = 0; i < Nodes.Length; i++)
        {
            Nodes[i].Apply(make(i));
        }
    }

    private Transaction Configuration(int node)
    {
        bool isAlone = Nodes.Length == 1;
        Vif fabric = Node.FabricVif($"02:00:00:00:00:0{node + 1}", tunnelsOnly: false, $"{NodeAddress(node)}/24");

        return new Transaction
        {
            Vrfs = { new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 } },
            Vifs = [isAlone ? fabric with { Port = null } : fabric, .. LocalTo(node, Pods).Select(pod => pod.Spec)],
            NextHops =
            [
                new TunnelNextHop(s_tunnel, EncapsulationKind.MplsOverUdp, IpAddress.Parse(NodeAddress(1 - node))),
                .. LocalTo(node, Pods).Select(pod => new VifNextHop(pod.NextHop, pod.Vif)),
            ],
            Routes = [.. Pods.Where(pod => pod.Node != node).SelectMany(RoutesTo)],
        };
    }

    private static IEnumerable<ServicePod> LocalTo(int node, IEnumerable<ServicePod> pods) => pods.Where(pod => pod.Node == node);

    private static EcmpMember Member(int node, ServicePod pod) => pod.Node == node ? new(pod.NextHop) : new(s_tunnel) { Label = pod.Label };

    private static IEnumerable<Forwarding.Route> RoutesTo(ServicePod pod) => [Route(pod.Address, s_tunnel, pod.Label), Route(pod.Ipv6Address, s_tunnel, pod.Label)];

    private static Forwarding.Route Route(string address, NextHopId nextHop, uint label = 0) =>
        new(new VrfId(1), IpPrefix.Host(IpAddress.Parse(address)), nextHop) { Label = label };

    /// <summary>On a node that has none of the members it stands for nobody.</summary>
    private static FloatingIp FloatingIp(string address, IReadOnlyList<ServicePod> members) => new(new VrfId(1), IpAddress.Parse(address))
    {
        Direction = FloatingIpDirection.Ingress,
        Vifs = [.. members.Select(pod => pod.Vif)],
        PortMappings =
        [
            .. members.Select(pod => new PortMapping(IpProtocol.Tcp, 80, pod.WebPort) { Vifs = [pod.Vif] }),
            .. members.Select(pod => new PortMapping(IpProtocol.Udp, DatagramPort, pod.DatagramPort) { Vifs = [pod.Vif] }),
        ],
    };
}

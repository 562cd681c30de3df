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
    public const int DatagramPort = 53;

    private const uint Backends = 3;

    private static readonly NextHopId s_tunnel = new(1), s_group = new(100);

    private readonly NetworkLab _lab;
    private readonly Dictionary<ServicePod, WebServer> _servers = [];

    public ServiceNodes(NetworkLab lab, int count)
    {
        _lab = lab;
        Nodes = [.. Enumerable.Range(0, count).Select(i => new Node(lab, new Machine(lab, $"node{i}")))];
        Servers = [.. Enumerable.Range(0, (int)Backends).Select(i => new ServicePod(lab, i % count, (uint)i + 1))];
        Clients = [.. Enumerable.Range(0, count).Select(i => new ServicePod(lab, i, Backends + 1 + (uint)i))];

        if (count == 2)
        {
            lab.Connect(Nodes[0].Machine.Namespace, Node.Fabric, Nodes[1].Machine.Namespace, Node.Fabric);
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
        Vif fabric = Node.FabricVif($"02:00:00:00:00:0{node + 1}", tunnelsOnly: false, $"192.0.2.{node + 1}/24");

        return new Transaction
        {
            Vrfs = { new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 } },
            Vifs = [isAlone ? fabric with { Port = null } : fabric, .. LocalTo(node, Pods).Select(pod => pod.Spec)],
            NextHops =
            [
                new TunnelNextHop(s_tunnel, EncapsulationKind.MplsOverUdp, IpAddress.Parse($"192.0.2.{2 - node}")),
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

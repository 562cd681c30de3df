using VRouter.ControlSdk.V1;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What a controller would tell a node: its networks, its pods, and tunnels to the pods of the other nodes.</summary>
internal static class NodeConfig
{
    public static Config Create(Scenario scenario, Node node, Phase phase)
    {
        var config = new Config();
        Encapsulation encapsulation = phase.Encapsulation;
        Network[] networks = [.. node.Pods.Select(pod => pod.Network).Distinct()];

        config.Interfaces.Add(Fabric(node));
        config.Interfaces.Add(node.Pods.Select(Tenant));
        config.Vrfs.Add(networks.Select(network => new Vrf { Id = network.Vrf, Name = network.Name, ForwardingMode = Vrf.Types.ForwardingMode.L3 }));
        config.Vnis.Add(networks.Select(network => new V1.Vni { Vni_ = network.Vni, Vrf = network.Vrf }));

        foreach (Node other in scenario.Nodes.Where(other => other != node))
        {
            uint id = TunnelTo(scenario, other);
            config.NextHops.Add(Tunnel(id, other, encapsulation));
            config.Routes.Add(other.Pods.Where(pod => networks.Contains(pod.Network)).SelectMany(pod =>
                RoutesTo(pod, pod.Network, id, encapsulation == Encapsulation.Vxlan ? pod.Network.Vni : pod.Label)));
        }

        config.SecurityGroups.Add(NamespaceGroups.Create(scenario));

        if (phase.Service is { } service)
        {
            ServiceConfig.Add(config, scenario, node, service);
        }

        return config;
    }

    /// <summary>The next hop to a node.</summary>
    public static uint TunnelTo(Scenario scenario, Node node) => 1 + (uint)scenario.Nodes.Index().First(item => item.Item == node).Index;

    /// <summary>A network's routes to a pod, which is a peer of its namespace's security group to whom it talks.</summary>
    public static IEnumerable<Route> RoutesTo(Pod pod, Network network, uint nextHop, uint label) =>
        new[] { pod.Ipv4, pod.Ipv6 }.Select(address => new Route
        {
            Vrf = network.Vrf,
            Prefix = IpPrefix.Host(address).ToString(),
            NextHop = nextHop,
            Label = label,
            SecurityGroups = { pod.Namespace.Group },
        });

    private static Interface Fabric(Node node) => new()
    {
        Id = Node.FabricVif,
        Name = "fabric",
        Kind = Interface.Types.Kind.Fabric,
        Mac = node.Mac.ToString(),
        Addresses = { node.Underlay.ToString() },
    };

    private static Interface Tenant(Pod pod) => new()
    {
        Id = pod.Vif,
        Name = pod.ToString(),
        Kind = Interface.Types.Kind.Tenant,
        Mac = pod.Mac.ToString(),
        Vrf = pod.Network.Vrf,
        Addresses = { IpPrefix.Host(pod.Ipv4).ToString(), IpPrefix.Host(pod.Ipv6).ToString() },
        Gateways = { pod.Network.Gateway.ToString(), pod.Network.Ipv6Gateway.ToString() },
        SecurityGroups = { pod.Namespace.Group },
        Label = pod.Label,
        Mtu = Pod.Mtu,
    };

    private static NextHop Tunnel(uint id, Node other, Encapsulation encapsulation) => new()
    {
        Id = id,
        Tunnel = new NextHop.Types.Tunnel { Encapsulation = encapsulation, Destination = other.Underlay.Address.ToString() },
    };
}

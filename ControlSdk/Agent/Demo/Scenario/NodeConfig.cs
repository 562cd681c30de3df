using VRouter.ControlSdk.V1;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What a controller would tell a node: its networks, its pods, and tunnels to the pods of the other nodes.</summary>
internal static class NodeConfig
{
    public static Config Create(Scenario scenario, Node node, Encapsulation encapsulation)
    {
        var config = new Config();
        Network[] networks = [.. node.Pods.Select(pod => pod.Network).Distinct()];

        config.Interfaces.Add(Fabric(node));
        config.Interfaces.Add(node.Pods.Select(Tenant));
        config.Vrfs.Add(networks.Select(network => new Vrf { Id = network.Vrf, Name = network.Name, ForwardingMode = Vrf.Types.ForwardingMode.L3 }));
        config.Vnis.Add(networks.Select(network => new V1.Vni { Vni_ = network.Vni, Vrf = network.Vrf }));

        foreach ((uint id, Node other) in scenario.Nodes.Select((other, index) => ((uint)index + 1, other)).Where(peer => peer.other != node))
        {
            config.NextHops.Add(Tunnel(id, other, encapsulation));
            config.Routes.Add(other.Pods.Where(pod => networks.Contains(pod.Network)).SelectMany(pod => Routes(pod, id, encapsulation)));
        }

        return config;
    }

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
        Label = pod.Label,
        Mtu = Pod.Mtu,
    };

    private static NextHop Tunnel(uint id, Node other, Encapsulation encapsulation) => new()
    {
        Id = id,
        Tunnel = new NextHop.Types.Tunnel { Encapsulation = encapsulation, Destination = other.Underlay.Address.ToString() },
    };

    private static IEnumerable<Route> Routes(Pod pod, uint nextHop, Encapsulation encapsulation) =>
        new[] { pod.Ipv4, pod.Ipv6 }.Select(address => new Route
        {
            Vrf = pod.Network.Vrf,
            Prefix = IpPrefix.Host(address).ToString(),
            NextHop = nextHop,
            Label = encapsulation == Encapsulation.Vxlan ? pod.Network.Vni : pod.Label,
        });
}

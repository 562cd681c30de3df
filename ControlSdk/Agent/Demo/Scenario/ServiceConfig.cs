using VRouter.ControlSdk.V1;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// A service on a node: the route to its floating IP is the group of all its pods, the same on every node, and the floating IP stands at the pods
/// that are here. The networks are joined, so that pods of all of them find it.
/// </summary>
internal static class ServiceConfig
{
    private const uint Group = 100;

    // A next hop for each vif and each VRF, apart from the tunnels'.
    private const uint ToVif = 1000, ToVrf = 2000;

    public static void Add(Config config, Scenario scenario, Node node, Service service)
    {
        Pod[] local = [.. service.Backends.Where(node.Pods.Contains)];
        Network[] networks = [.. node.Pods.Select(pod => pod.Network).Distinct()];

        config.NextHops.Add(local.Select(pod => new NextHop { Id = ToVif + pod.Vif, Interface = new() { Interface = pod.Vif } }));
        config.NextHops.Add(networks.Select(network => new NextHop { Id = ToVrf + network.Vrf, Vrf = new() { Vrf = network.Vrf } }));
        config.NextHops.Add(new NextHop { Id = Group, Ecmp = new() { Members = { service.Backends.Select(pod => Member(scenario, node, pod)) } } });
        config.Routes.Add(networks.Select(network => RouteTo(service, network)));
        config.Routes.Add(networks.SelectMany(network => Join(scenario, node, network)));
        config.FloatingIps.Add(FloatingIp(service, local));
    }

    private static NextHop.Types.Ecmp.Types.Member Member(Scenario scenario, Node node, Pod pod) => node.Pods.Contains(pod)
        ? new() { NextHop = ToVif + pod.Vif }
        : new() { NextHop = NodeConfig.TunnelTo(scenario, scenario.NodeOf(pod)), Label = pod.Label };

    private static Route RouteTo(Service service, Network network) => new()
    {
        Vrf = network.Vrf,
        Prefix = IpPrefix.Host(service.Address).ToString(),
        NextHop = network == service.Network ? Group : ToVrf + service.Network.Vrf,
    };

    /// <summary>A network's routes to the pods of the others.</summary>
    private static IEnumerable<Route> Join(Scenario scenario, Node node, Network network) =>
        scenario.Pods.Where(pod => pod.Network != network).SelectMany(pod => node.Pods.Contains(pod)
            ? NodeConfig.RoutesTo(pod, network, ToVrf + pod.Network.Vrf, label: 0)
            : NodeConfig.RoutesTo(pod, network, NodeConfig.TunnelTo(scenario, scenario.NodeOf(pod)), pod.Label));

    private static FloatingIp FloatingIp(Service service, Pod[] local) => new()
    {
        Vrf = service.Network.Vrf,
        Address = service.Address.ToString(),
        Direction = V1.FloatingIp.Types.Direction.Ingress,
        Interfaces = { local.Select(pod => pod.Vif) },
        PortMappings = { new FloatingIp.Types.PortMapping { Protocol = IpProtocol.Tcp, SourcePort = service.Port, DestinationPort = Pod.Port } },
    };
}


namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Who takes part: nodes, pods, networks, and what they are made of.</summary>
internal static class Introduction
{
    public static void Print(DemoScreen screen, Scenario scenario, ILab lab)
    {
        screen.Heading($"vRouter demo: {scenario.Nodes.Count} nodes, {scenario.Pods.Count()} pods, {scenario.Pods.Select(pod => pod.Network).Distinct().Count()} networks");
        screen.Line($"  {lab.Description}");
        screen.Line("  programmed and looked into over gRPC, on a Unix socket of each node");

        foreach (Node node in scenario.Nodes)
        {
            screen.Line();
            screen.Line($"  {node.Name}, tunnel endpoint {node.Underlay.Address}");

            foreach (Pod pod in node.Pods)
            {
                screen.Line($"    {pod,-24}{pod.Ipv4,-15}{pod.Ipv6,-17}{ShortName(pod.Network),-16} VNI {pod.Network.Vni}, label {pod.Label}");
            }
        }

        foreach (Service service in scenario.Services)
        {
            screen.Line();
            screen.Line($"  {service.Name}, floating IP {service.Address} of {ShortName(service.Network)}, TCP port {service.Port}");
            screen.Line($"    {string.Join(" and ", service.Backends.Select(pod => $"{pod} port {Pod.Port}"))}");
        }
    }

    /// <summary>"cluster-network" of "default-domain:kubernetes:cluster-network:cluster-network".</summary>
    private static string ShortName(Network network) => network.Name[(network.Name.LastIndexOf(':') + 1)..];
}

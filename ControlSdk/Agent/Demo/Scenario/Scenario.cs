namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What the demo shows: nodes with their pods, and the phases it goes through.</summary>
internal sealed record Scenario(IReadOnlyList<Node> Nodes, IReadOnlyList<Phase> Phases)
{
    public IEnumerable<Pod> Pods => Nodes.SelectMany(node => node.Pods);

    public IEnumerable<Namespace> Namespaces => Pods.Select(pod => pod.Namespace).Distinct();

    public IEnumerable<Service> Services => Phases.Select(phase => phase.Service).OfType<Service>().Distinct();

    public Node NodeOf(Pod pod) => Nodes.First(node => node.Pods.Contains(pod));
}

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A Kubernetes namespace, and the security group that its pods are in.</summary>
internal sealed record Namespace(string Name, uint Group, bool IsIsolated)
{
    /// <summary>Whether pods of the other one may come to this one's.</summary>
    public bool Admits(Namespace other) => other == this || !(IsIsolated || other.IsIsolated);

    public override string ToString() => Name;
}

using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A node: its tunnel endpoint on the underlay, and the pods it runs.</summary>
internal sealed record Node(string Name, IpPrefix Underlay, MacAddress Mac, IReadOnlyList<Pod> Pods)
{
    /// <summary>The fabric vif, the same on every node.</summary>
    public const uint FabricVif = 1;
}

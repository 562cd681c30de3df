using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A pod: its place in Kubernetes, its network, its addresses, and the label under which other nodes reach it.</summary>
internal sealed record Pod(Namespace Namespace, string Name, Network Network, MacAddress Mac, IpAddress Ipv4, IpAddress Ipv6, uint Vif, uint Label)
{
    /// <summary>What the pod's network leaves room for inside a tunnel over 1,500 bytes: VXLAN takes 50 (semantics: 36 + 14).</summary>
    public const int Mtu = 1450;

    /// <summary>The TCP port that every pod answers on.</summary>
    public const int Port = 80;

    public override string ToString() => $"{Namespace}/{Name}";
}

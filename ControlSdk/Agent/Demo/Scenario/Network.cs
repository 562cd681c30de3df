using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A virtual network: a VRF with its VNI, and the gateway that every pod in it talks to.</summary>
internal sealed record Network(string Name, uint Vrf, uint Vni, IpAddress Gateway, IpAddress Ipv6Gateway)
{
    public IpAddress GatewayFor(IpAddress destination) => destination.IsIpv6 ? Ipv6Gateway : Gateway;
}

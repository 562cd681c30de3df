using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A service: a floating IP of a network, and the pods that answer there.</summary>
internal sealed record Service(string Name, Network Network, IpAddress Address, ushort Port, IReadOnlyList<Pod> Backends);

using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What the walk knows of a VRF. Every state of every VRF has a version of its own.</summary>
internal sealed record VrfState(VrfId Id, uint Version, Fib Fib, ForwardingMode Mode, bool RpfDisabled, IpAddress? GatewayIpv4, IpAddress? GatewayIpv6);

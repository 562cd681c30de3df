using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What the walk knows of a VRF.</summary>
internal sealed record VrfState(VrfId Id, Fib Fib, ForwardingMode Mode, bool RpfDisabled, IpAddress? GatewayIpv4, IpAddress? GatewayIpv6);

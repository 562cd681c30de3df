using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Where a forwarded port leads: the destination becomes the address and the port, looked up in the VRF of the index.</summary>
internal readonly record struct PortForwardState(int Vrf, IpAddress Address, ushort Port, bool TranslateSource);

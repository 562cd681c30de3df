using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>On to another address: what a mapping does instead of giving to members.</summary>
/// <param name="Vrf">In which the address is routed.</param>
/// <param name="Address">The new destination.</param>
/// <param name="TranslateSource">The source becomes the floating IP, with a port of its own.</param>
public readonly record struct PortForward(VrfId Vrf, IpAddress Address, bool TranslateSource);

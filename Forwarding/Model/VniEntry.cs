using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What arrives with the VNI belongs to the VRF. Key: <see cref="Vni"/>.</summary>
public readonly record struct VniEntry(Vni Vni, VrfId Vrf);

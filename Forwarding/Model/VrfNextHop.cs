namespace VRouter.Forwarding;

/// <summary>Looks the inner destination up again in another VRF.</summary>
public sealed record VrfNextHop(NextHopId Id, VrfId Vrf) : NextHop(Id);

namespace VRouter.Forwarding;

/// <summary>Delivers to the HOST vif.</summary>
public sealed record HostNextHop(NextHopId Id) : NextHop(Id);

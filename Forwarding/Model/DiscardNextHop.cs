namespace VRouter.Forwarding;

/// <summary>Drops, with the reason <see cref="DropReason.Discarded"/>.</summary>
public sealed record DiscardNextHop(NextHopId Id) : NextHop(Id);

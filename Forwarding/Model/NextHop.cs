namespace VRouter.Forwarding;

/// <summary>What to do with a packet. Key: <see cref="Id"/>.</summary>
public abstract record NextHop(NextHopId Id);

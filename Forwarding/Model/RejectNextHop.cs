namespace VRouter.Forwarding;

/// <summary>Answers that nobody serves: TCP is reset, the rest gets an ICMP port unreachable (ICMPv6: address unreachable); so many a second.</summary>
public sealed record RejectNextHop(NextHopId Id) : NextHop(Id);

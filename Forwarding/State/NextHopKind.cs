namespace VRouter.Forwarding;

/// <summary>The kinds of next hops, as the walk tells them apart.</summary>
internal enum NextHopKind : byte
{
    /// <summary>Not there, or not reachable now: drops with NoRoute.</summary>
    None,
    Discard,
    Host,
    Vif,
    Tunnel,
    Vrf,
    /// <summary>A group: one of its members, by flow. See <see cref="ForwardingState.Groups"/>.</summary>
    Ecmp,
    Reject,
}

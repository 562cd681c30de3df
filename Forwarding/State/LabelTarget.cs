namespace VRouter.Forwarding;

/// <summary>Where a label leads: an index into the next hops; 0 = the label is nobody's.</summary>
/// <param name="NextHop">The next hop.</param>
/// <param name="IsVif">An interface's own label: straight to it, no lookup, no TTL decrement.</param>
/// <param name="IsEthernet">It carries frames.</param>
internal readonly record struct LabelTarget(int NextHop, bool IsVif, bool IsEthernet);

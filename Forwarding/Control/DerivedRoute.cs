namespace VRouter.Forwarding;

/// <summary>Where the route of a vif's own address leads, and the set of groups that the vif is in.</summary>
internal readonly record struct DerivedRoute(int NextHop, int SecurityGroups)
{
    public RouteEntry Entry => new() { NextHop = NextHop, SecurityGroups = SecurityGroups, Flags = RouteFlags.Derived };
}

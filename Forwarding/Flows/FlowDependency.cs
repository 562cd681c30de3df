namespace VRouter.Forwarding;

/// <summary>
/// What a flow's verdict depended on, by its place among <see cref="Flow.FlowDependencies"/>. "First packet" is the one that set the flow up;
/// what is called reverse is of the packets that answer it.
/// </summary>
internal static class FlowDependency
{
    /// <summary>The index of the vif that the first packet's sender is behind, lower half, and of its receiver's, upper half; 0 = not here.</summary>
    public const int Vifs = 0;

    /// <summary>The route to the destination in the first packet's VRF; 0 = a label named the next hop.</summary>
    public const int Route = 1;

    /// <summary>The route that VRF next hops led to from there; the same one where there were none.</summary>
    public const int RouteBehind = 2;

    /// <summary>The route back to the source.</summary>
    public const int ReverseRoute = 3;

    /// <summary>The route that VRF next hops led to from there.</summary>
    public const int ReverseRouteBehind = 4;

    /// <summary>The index of the next hop in the state.</summary>
    public const int NextHop = 5;

    /// <summary>The index of the next hop back.</summary>
    public const int ReverseNextHop = 6;

    /// <summary>What else there was to the first packet: see <c>FlowFirst</c>.</summary>
    public const int First = 7;
}

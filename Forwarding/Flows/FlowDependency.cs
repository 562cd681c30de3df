namespace VRouter.Forwarding;

/// <summary>
/// What a flow's verdict depended on, by its place among <see cref="Flow.FlowDependencies"/>. "First packet" is the one that set the flow up;
/// what is called reverse is of the packets that answer it.
/// </summary>
internal static class FlowDependency
{
    /// <summary>The index of the vif that the first packet's sender is behind, lower half, and of its receiver's, upper half; 0 = not here.</summary>
    public const int Vifs = 0;

    /// <summary>The route that its way ended at, VRF next hops followed; 0 = a label named the next hop.</summary>
    public const int Route = 1;

    /// <summary>The route that the way back to the source ended at.</summary>
    public const int ReverseRoute = 2;

    /// <summary>The identity of the ECMP member that was chosen, or that a tunnel would be; 0 = there was no choice.</summary>
    public const int Member = 3;

    /// <summary>
    /// The index of the floating IP that sent it on, plus 1; 0 = none did. Where a label named the next hop: the index of that one, of a group
    /// before a member was chosen.
    /// </summary>
    public const int Forwarder = 4;

    /// <summary>The index of the next hop in the state.</summary>
    public const int NextHop = 5;

    /// <summary>The index of the next hop back.</summary>
    public const int ReverseNextHop = 6;

    /// <summary>What else there was to the first packet: see <see cref="FlowFirst"/>.</summary>
    public const int First = 7;
}

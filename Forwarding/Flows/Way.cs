namespace VRouter.Forwarding;

/// <summary>Where an address leads from a VRF, VRF next hops followed.</summary>
internal struct Way
{
    /// <summary>The route in the VRF itself; none = there is none.</summary>
    public RouteId First;

    /// <summary>The route that VRF next hops led to; the first one where there were none.</summary>
    public RouteId Last;

    /// <summary>The VRF of the last route, or that has none.</summary>
    public int Vrf;

    /// <summary>VRFs between that of the first route and that of the last were asked.</summary>
    public bool PassesVrfs;

    /// <summary>The index of the next hop.</summary>
    public int NextHop;

    /// <summary>The slot of the next hop; 0 = unreachable.</summary>
    public int Slot;

    /// <summary>The label or VNI to enter its tunnel under.</summary>
    public uint Label;

    /// <summary>Why it leads nowhere: no route, or VRF next hops in a circle.</summary>
    public DropReason Reason;
}

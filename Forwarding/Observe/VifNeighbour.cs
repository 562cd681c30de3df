using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>A neighbour on the underlay: one that answered, or one that a next hop needs.</summary>
/// <param name="Vif">The vif it is behind.</param>
/// <param name="Address">Its address.</param>
/// <param name="Mac">Its MAC; zero while it is not known, or not any more.</param>
public readonly record struct VifNeighbour(VifId Vif, IpAddress Address, MacAddress Mac)
{
    /// <summary>Whether packets to it can go.</summary>
    public bool IsReachable => Mac != default;
}

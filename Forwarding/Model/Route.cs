using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>A prefix of a VRF and the next hop it leads to; the most specific one wins. Key: <see cref="Vrf"/>, <see cref="Prefix"/>.</summary>
public readonly record struct Route(VrfId Vrf, IpPrefix Prefix, NextHopId NextHop)
{
    /// <summary>The label or VNI under which the tunnel is entered; 0 = the next hop's own.</summary>
    public uint Label { get; init; }

    /// <summary>The groups of the endpoints behind the prefix, for rules with a remote group.</summary>
    public ValueList<SecurityGroupId> SecurityGroups { get; init; }

    /// <summary>Answer ARP and ND for it with the virtual MAC.</summary>
    public bool ProxyArp { get; init; }

    /// <summary>The endpoint's MAC, for ARP and ND answers in VRFs that bridge; zero = none.</summary>
    public MacAddress Mac { get; init; }
}

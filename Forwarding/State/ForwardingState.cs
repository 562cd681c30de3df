using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Everything the walk decides by, immutable and published whole. The next state shares all that a transaction did not change.
/// Indices are dense and the data plane's own; ids are the user's.
/// </summary>
internal sealed class ForwardingState
{
    public required ulong Generation { get; init; }

    public required Settings Settings { get; init; }

    public required PersistentVector<VrfState?> Vrfs { get; init; }

    public required PersistentVector<VifState?> Vifs { get; init; }

    /// <summary>The slot of each next hop in <see cref="NextHopSlots"/>; slot 0 is a next hop of kind None.</summary>
    public required PersistentVector<int> NextHops { get; init; }

    /// <summary>The lower 32 bits of the generation that last changed any next hop.</summary>
    public required uint NextHopsGeneration { get; init; }

    /// <summary>The groups by their next hops' indices; null where the next hop is of another kind.</summary>
    public required PersistentVector<EcmpGroup?> Groups { get; init; }

    /// <summary>The lower 32 bits of the generation that last changed any group.</summary>
    public required uint GroupsGeneration { get; init; }

    /// <summary>The lower 32 bits of the generation that last changed any vif.</summary>
    public required uint VifsGeneration { get; init; }

    /// <summary>What security groups say at the vifs whose <see cref="VifState.Policy"/> is the index; 0, and null = open.</summary>
    public required PersistentVector<InterfacePolicy?> Policies { get; init; }

    /// <summary>The lower 32 bits of the generation that last changed any of the policies.</summary>
    public required uint PoliciesGeneration { get; init; }

    /// <summary>The sets of security groups that <see cref="RouteEntry.SecurityGroups"/> stands for; 0, and null = no groups.</summary>
    public required PersistentVector<SecurityGroupId[]?> GroupSets { get; init; }

    public required PersistentMap<VrfAddress, FloatingIpState> FloatingIps { get; init; }

    /// <summary>The floating IPs by <see cref="FloatingIpState.Index"/>.</summary>
    public required PersistentVector<FloatingIpState?> FloatingIpsByIndex { get; init; }

    /// <summary>The lower 32 bits of the generation that last changed any floating IP.</summary>
    public required uint FloatingIpsGeneration { get; init; }

    /// <summary>Source NATs by the addresses of their pools.</summary>
    public required PersistentMap<VrfAddress, SourceNatState> Pools { get; init; }

    public required PersistentVector<LabelTarget> Labels { get; init; }

    /// <summary>The index of each VNI's VRF, plus 1; 0 = the VNI is nobody's.</summary>
    public required PersistentVector<int> Vnis { get; init; }

    /// <summary>Where tunnel packets may come from: any route in it.</summary>
    public required Fib TunnelSources { get; init; }

    /// <summary>The HOST vif; 0 = none.</summary>
    public required int Host { get; init; }

    /// <summary>The FABRIC vifs, lowest id first.</summary>
    public required VifState[] Fabrics { get; init; }

    /// <summary>The addresses that tunnels to this node end at: those of its FABRIC vifs.</summary>
    public required IpAddress[] Endpoints { get; init; }

    /// <summary>The floating IP of this address in the VRF of the index; null = none.</summary>
    public FloatingIpState? FindFloatingIp(int vrf, IpAddress address) => FloatingIps.Find(new VrfAddress(vrf, address));

    /// <summary>A source NAT that has this address in its pool, in the outside VRF of the index; null = none. There the address is local by itself.</summary>
    public SourceNatState? FindPool(int outsideVrf, IpAddress address) => Pools.Find(new VrfAddress(outsideVrf, address));

    /// <summary>Whether a packet from the underlay to this address may be a flow's before it is HOST's: the address is translated in VRF 0.</summary>
    public bool IsOwned(IpAddress address) => FindFloatingIp(0, address) is not null || FindPool(0, address) is not null;
}

using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Where a packet goes: the routes that it took, from VRF to VRF, and where the last one ends.</summary>
internal sealed record Way(ReferenceRoute[] Routes, DropReason Reason)
{
    /// <summary>The TENANT or HOST that receives it.</summary>
    public Vif? Receiver { get; init; }

    /// <summary>The tunnel that it leaves through.</summary>
    public TunnelNextHop? Tunnel { get; init; }

    /// <summary>The underlay's next hop that it leaves to, in a tunnel or without.</summary>
    public VifNextHop? Underlay { get; init; }

    /// <summary>The label or VNI that it takes into the tunnel.</summary>
    public uint Label { get; init; }

    /// <summary>The VRF of the last route, or that has none.</summary>
    public VrfId Vrf { get; init; }

    /// <summary>The next hop where it ends, of a group the member; null = none. Where another VRF has no route, there is none.</summary>
    public NextHop? Last { get; init; }

    /// <summary>The group that it leads to, of which no member is taken yet.</summary>
    public ReferenceGroup? Group { get; init; }

    /// <summary>The number of its next hop; 0 = none, or one that is derived.</summary>
    public NextHopId NextHop => Last?.Id ?? default;

    /// <summary>The length of the prefix that it begins with; -1 = there is no route.</summary>
    public int FirstLength => Routes is [var first, ..] ? first.Prefix.Length : -1;

    public bool IsEnd => Reason != DropReason.None;
}

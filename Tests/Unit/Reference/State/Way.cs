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

    /// <summary>The number of its next hop; 0 = none, or one that is derived. Where another VRF has no route, there is none.</summary>
    public NextHopId NextHop => Routes is [.., var last] && (last.NextHop is not VrfNextHop || Reason == DropReason.LookupLoop) ? last.NextHop.Id : default;

    public bool IsEnd => Reason != DropReason.None;
}

using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Sends to another vRouter.</summary>
public sealed record TunnelNextHop(NextHopId Id, EncapsulationKind Encapsulation, IpAddress Destination) : NextHop(Id)
{
    /// <summary>The outer source; null = the FABRIC vif's address of that family.</summary>
    public IpAddress? Source { get; init; }

    /// <summary>MPLS label or VNI; a route's own label wins.</summary>
    public uint Label { get; init; }

    /// <summary>VXLAN: inner destination MAC of routed packets; zero = the virtual MAC.</summary>
    public MacAddress Mac { get; init; }
}

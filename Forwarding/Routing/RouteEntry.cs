using System.Runtime.InteropServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What a packet needs to know of its route: half a cache line, written once.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
public record struct RouteEntry
{
    /// <summary>An index into the state's next hops.</summary>
    public int NextHop;

    /// <summary>The MPLS label or VNI that the route puts in place of its tunnel's own; 0 = none.</summary>
    public uint Label;

    /// <summary>An index into the state's sets of security groups: those of the endpoints behind the prefix.</summary>
    public int SecurityGroups;

    /// <summary>The length of the route's prefix, which the store fills in.</summary>
    public byte PrefixLength;

    /// <summary>What else there is to say.</summary>
    public RouteFlags Flags;

    /// <summary>The MAC of the endpoint behind the prefix, where <see cref="RouteFlags.HasMac"/> is set.</summary>
    public MacAddress Mac;

    /// <summary>The lower 32 bits of the generation that wrote it.</summary>
    public uint Generation;
}

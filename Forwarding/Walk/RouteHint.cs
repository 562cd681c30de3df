using System.Runtime.InteropServices;

namespace VRouter.Forwarding;

/// <summary>Where an IPv4 destination of a VRF leads, as it was found under one version of the VRF and of the next hops.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct RouteHint
{
    public uint Destination;

    /// <summary>The VRF's version; every version of every VRF has a number of its own.</summary>
    public uint VrfVersion;

    public uint NextHopsGeneration;

    /// <summary>The slot of the next hop.</summary>
    public int NextHop;

    public uint Label;

    public RouteId Route;
}

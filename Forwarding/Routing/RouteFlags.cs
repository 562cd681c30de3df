namespace VRouter.Forwarding;

/// <summary>What else there is to say about a route.</summary>
[Flags]
public enum RouteFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>ARP and neighbour requests for its addresses are answered with the virtual MAC.</summary>
    ProxyArp = 1,

    /// <summary>It comes from an interface's own address; a configured route for the same prefix takes its place.</summary>
    Derived = 2,

    /// <summary><see cref="RouteEntry.Mac"/> is the MAC of the endpoint behind it.</summary>
    HasMac = 4,
}

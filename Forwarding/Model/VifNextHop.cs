using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Sends out of a vif.</summary>
public sealed record VifNextHop(NextHopId Id, VifId Vif) : NextHop(Id)
{
    /// <summary>The neighbour's MAC; zero = the TENANT's own, or found by ARP or ND on a FABRIC.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>The gateway to resolve; null = the packet's destination.</summary>
    public IpAddress? Address { get; init; }
}

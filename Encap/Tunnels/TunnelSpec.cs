namespace VRouter.Encap;

/// <summary>A tunnel next hop: what is the same in the outer headers of all of its packets.</summary>
public readonly record struct TunnelSpec
{
    /// <summary>How packets travel.</summary>
    public required EncapsulationKind Kind { get; init; }

    /// <summary>This node's tunnel endpoint.</summary>
    public required IpAddress Source { get; init; }

    /// <summary>The other end, of the same family.</summary>
    public required IpAddress Destination { get; init; }

    /// <summary>The MAC address that frames leave from.</summary>
    public required MacAddress SourceMac { get; init; }

    /// <summary>The 802.1Q tag of the outgoing port; 0 = untagged.</summary>
    public ushort VlanId { get; init; }

    /// <summary>The UDP port for MPLS; 0 = <see cref="TunnelPort.Mpls"/>.</summary>
    public ushort MplsPort { get; init; }

    /// <summary>
    /// Of VXLAN with IP packets as payload: the destination of the Ethernet header put before them (the tunnel's MAC).
    /// Zero: the payload is an Ethernet frame already (bridged).
    /// </summary>
    public MacAddress InnerDestination { get; init; }

    /// <summary>The source of that Ethernet header: the virtual MAC.</summary>
    public MacAddress InnerSource { get; init; }

    internal bool HasInnerEthernet => Kind == EncapsulationKind.Vxlan && !InnerDestination.IsZero;

    internal ushort UdpPort => Kind switch
    {
        EncapsulationKind.Vxlan => VxlanHeader.UdpPort,
        EncapsulationKind.MplsOverUdp => MplsPort == 0 ? TunnelPort.Mpls : MplsPort,
        _ => 0,
    };
}

using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>An interface of the vRouter. Key: <see cref="Id"/>.</summary>
public sealed record Vif(VifId Id, VifKind Kind)
{
    /// <summary>For people and programs: "eth0", "tap5a1fc03e".</summary>
    public string Name { get; init; } = "";

    /// <summary>TENANT: the guest's MAC. FABRIC, HOST: this side's.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>The VRF it belongs to.</summary>
    public VrfId Vrf { get; init; }

    /// <summary>TENANT: its own addresses, full length. FABRIC: the tunnel endpoint with its prefix length.</summary>
    public ValueList<IpPrefix> Addresses { get; init; }

    /// <summary>What a TENANT may use as source beside its own.</summary>
    public ValueList<AddressPair> AllowedAddressPairs { get; init; }

    /// <summary>Lets any source in.</summary>
    public bool SourceCheckDisabled { get; init; }

    /// <summary>The groups whose rules judge what it sends and receives; none = open.</summary>
    public ValueList<SecurityGroupId> SecurityGroups { get; init; }

    /// <summary>The most flows that it may have, each direction counted; 0 = <see cref="Settings.MaxFlowsPerInterface"/>.</summary>
    public uint MaxFlows { get; init; }

    /// <summary>Packet mode: no flows, no security groups, no NAT.</summary>
    public bool PolicyDisabled { get; init; }

    /// <summary>The MPLS label under which other vRouters reach it; 0 = none.</summary>
    public MplsLabel Label { get; init; }

    /// <summary>L3 bytes.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>The 802.1Q tag on its port; 0 = untagged.</summary>
    public ushort Vlan { get; init; }

    /// <summary>Addresses the vRouter answers for here: ARP and ND, echo, the source of its ICMP errors.</summary>
    public ValueList<IpAddress> Gateways { get; init; }

    /// <summary>How packets enter and leave; null: the embedding program attaches a port itself.</summary>
    public PortSpec? Port { get; init; }
}

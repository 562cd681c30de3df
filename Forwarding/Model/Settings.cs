using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What holds for the whole vRouter.</summary>
public sealed record Settings
{
    /// <summary>The gateway's MAC in every VRF; the default is VRRP's (RFC 5798 section 7.3) with group 0 of our own.</summary>
    public MacAddress VirtualMac { get; init; } = new(0x0000_5E00_0100);

    /// <summary>The UDP port that MPLS over UDP is sent to (RFC 7510). 6635 and 51234 are always accepted.</summary>
    public ushort MplsOverUdpPort { get; init; } = 6635;

    /// <summary>Tunnel packets are taken from here too, beside the destinations of the configured tunnels.</summary>
    public ValueList<IpPrefix> TrustedTunnelSources { get; init; }

    /// <summary>How long flows live without a packet.</summary>
    public FlowTimeouts FlowTimeouts { get; init; } = new();

    /// <summary>The most flows, each direction counted.</summary>
    public uint MaxFlows { get; init; } = 1_048_576;

    /// <summary>The most flows of a vif that has no limit of its own, each direction counted; 0 = only <see cref="MaxFlows"/>.</summary>
    public uint MaxFlowsPerInterface { get; init; }
}

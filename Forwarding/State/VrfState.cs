using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What the walk knows of a VRF. Every state of every VRF has a version of its own.</summary>
internal sealed record VrfState(VrfId Id, uint Version, Fib Fib, ForwardingMode Mode, bool RpfDisabled, IpAddress? GatewayIpv4, IpAddress? GatewayIpv6)
{
    /// <summary>The lower 32 bits of the generation that last changed anything in the VRF.</summary>
    public required uint Generation { get; init; }

    /// <summary>
    /// The lower 32 bits of the generation that last changed the VRF itself, or the route of a prefix wider than a bucket of
    /// <see cref="RouteGenerations"/>.
    /// </summary>
    public required uint WideGeneration { get; init; }

    /// <summary>The source NATs for what leaves it, by number: the first that applies is it. Usually none.</summary>
    public required SourceNatState[] SourceNats { get; init; }

    /// <summary>The lower 32 bits of the generation that last changed any of them.</summary>
    public required uint SourceNatGeneration { get; init; }
}

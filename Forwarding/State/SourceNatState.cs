using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What the walk knows of a source NAT, immutable.</summary>
/// <param name="spec">The configured object.</param>
/// <param name="outsideVrf">The index of the VRF that its packets are routed in.</param>
internal sealed class SourceNatState(SourceNat spec, int outsideVrf)
{
    private readonly PrefixSet _sources = new(spec.SourcePrefixes);
    private readonly PrefixSet _excluded = new(spec.ExcludedDestinations);
    private readonly bool _hasIpv4 = spec.Addresses.Any(address => !address.IsIpv6);
    private readonly bool _hasIpv6 = spec.Addresses.Any(address => address.IsIpv6);

    public readonly SourceNatId Id = spec.Id;

    public readonly int OutsideVrf = outsideVrf;

    public readonly IpAddress[] Addresses = [.. spec.Addresses];

    public readonly ushort FirstPort = (ushort)spec.Ports.First;

    public readonly ushort LastPort = (ushort)spec.Ports.Last;

    /// <summary>The lower 32 bits of the generation that last changed it.</summary>
    public required uint Generation { get; init; }

    /// <summary>Whether it is for packets of this source to this destination. Whether they leave the VRF is for the routes to say.</summary>
    public bool Applies(IpAddress source, IpAddress destination) =>
        (source.IsIpv6 ? _hasIpv6 : _hasIpv4)
        && (_sources.IsEmpty || _sources.Contains(source))
        && !_excluded.Contains(destination);
}

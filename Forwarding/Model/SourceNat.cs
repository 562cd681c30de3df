using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Gives what leaves a VRF, with no floating IP of its own, an address and a port of a pool. Key: <see cref="Id"/>.</summary>
public sealed record SourceNat(SourceNatId Id)
{
    /// <summary>The ports where nothing else is said: all above the well-known ones.</summary>
    public static readonly PortRange AllPorts = new(1024, ushort.MaxValue);

    /// <summary>The VRF that is left.</summary>
    public VrfId Vrf { get; init; }

    /// <summary>Whose packets it takes; none = every source in the VRF.</summary>
    public ValueList<IpPrefix> SourcePrefixes { get; init; }

    /// <summary>What is routed untranslated.</summary>
    public ValueList<IpPrefix> ExcludedDestinations { get; init; }

    /// <summary>The pool.</summary>
    public ValueList<IpAddress> Addresses { get; init; }

    /// <summary>The ports of each address that are given out.</summary>
    public PortRange Ports { get; init; } = AllPorts;

    /// <summary>In which what is translated is routed, and the pool's addresses are local.</summary>
    public VrfId OutsideVrf { get; init; }
}

using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What the walk knows of a floating IP, immutable.</summary>
/// <param name="spec">The configured object.</param>
/// <param name="index">Its place in <see cref="ForwardingState.FloatingIpsByIndex"/>, as long as it is configured.</param>
/// <param name="vrf">The index of its VRF.</param>
/// <param name="vifs">The indices of its members, ascending.</param>
/// <param name="ports">Its port mappings.</param>
internal sealed class FloatingIpState(FloatingIp spec, int index, int vrf, ushort[] vifs, FloatingIpPorts ports)
{
    private readonly IpAddress? _fixedAddress = spec.FixedAddress;
    private readonly PrefixSet _sources = new(spec.SourcePrefixes);

    public readonly int Index = index;

    /// <summary>The indices of its members, ascending.</summary>
    public readonly ushort[] Members = vifs;

    public readonly int Vrf = vrf;

    public readonly VrfId VrfId = spec.Vrf;

    public readonly IpAddress Address = spec.Address;

    public readonly FloatingIpDirection Direction = spec.Direction;

    /// <summary>It has port mappings and, but for them, nothing.</summary>
    public readonly bool IsMapped = spec.PortMappings.Count > 0;

    /// <summary>The name of its VRF: of equals outbound the lower one is chosen.</summary>
    public required string VrfName { get; init; }

    /// <summary>The lower 32 bits of the generation that last changed it.</summary>
    public required uint Generation { get; init; }

    /// <summary>Whether the vif of this index is a member.</summary>
    public bool Has(ushort vif) => Members.AsSpan().BinarySearch(vif) >= 0;

    /// <summary>Whether it takes packets from this source.</summary>
    public bool Admits(IpAddress source) => _sources.IsEmpty || _sources.Contains(source);

    /// <summary>The port that a member is reached at under this one; the same one where nothing is mapped.</summary>
    public bool TryMap(byte protocol, ushort port, ushort vif, out ushort guestPort) => TryMap(ports.Inbound, new PortKey(protocol, port, vif), out guestPort);

    /// <summary>The port that a member's own is seen as from outside; the same one where nothing is mapped.</summary>
    public bool TryMapBack(byte protocol, ushort guestPort, ushort vif, out ushort port) => TryMap(ports.Outbound, new PortKey(protocol, guestPort, vif), out port);

    /// <summary>Where this port leads on to.</summary>
    public bool TryForward(byte protocol, ushort port, out PortForwardState forward) => ports.Forwards.TryFind(new PortKey(protocol, port), out forward);

    /// <summary>The address of a member behind it: the fixed one, else the vif's first one of the family.</summary>
    public bool TryGetFixed(VifState vif, out IpAddress address)
    {
        if (_fixedAddress is { } configured)
        {
            address = configured;
            return true;
        }

        foreach (IpAddress own in vif.Addresses)
        {
            if (own.IsIpv6 == Address.IsIpv6)
            {
                address = own;
                return true;
            }
        }

        address = default;
        return false;
    }

    private bool TryMap(PortTable<ushort> mappings, PortKey key, out ushort port)
    {
        port = key.Port;

        return Has(key.Vif) && (!IsMapped || mappings.TryFind(key, out port) || mappings.TryFind(key with { Vif = 0 }, out port));
    }
}

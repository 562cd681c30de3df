using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// An address that is translated at the vifs of its members; routes, often to groups, bring the traffic there. Key: <see cref="Vrf"/>,
/// <see cref="Address"/>.
/// </summary>
/// <param name="Vrf">In which the address is reached.</param>
/// <param name="Address">The address.</param>
public sealed record FloatingIp(VrfId Vrf, IpAddress Address)
{
    /// <summary>The members.</summary>
    public ValueList<VifId> Vifs { get; init; }

    /// <summary>The guest's address; null = the vif's first one of the family.</summary>
    public IpAddress? FixedAddress { get; init; }

    /// <summary>Whose connections it translates.</summary>
    public FloatingIpDirection Direction { get; init; }

    /// <summary>The ports that it has; none = every protocol and port, one to one.</summary>
    public ValueList<PortMapping> PortMappings { get; init; }

    /// <summary>Only from these; none = anyone.</summary>
    public ValueList<IpPrefix> SourcePrefixes { get; init; }
}

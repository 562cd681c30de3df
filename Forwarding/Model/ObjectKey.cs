using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Names one object. <see cref="Id"/> is a route's or a floating IP's VRF; <see cref="Prefix"/> is for these only: of a floating IP the
/// address, as a host prefix.
/// </summary>
public readonly record struct ObjectKey(ObjectKind Kind, uint Id, IpPrefix Prefix = default)
{
    /// <summary>The settings.</summary>
    public static readonly ObjectKey Settings = new(ObjectKind.Settings, 0);

    /// <summary>Names a VRF.</summary>
    public static ObjectKey Of(VrfId vrf) => new(ObjectKind.Vrf, vrf.Value);

    /// <summary>Names a vif.</summary>
    public static ObjectKey Of(VifId vif) => new(ObjectKind.Vif, vif.Value);

    /// <summary>Names a next hop.</summary>
    public static ObjectKey Of(NextHopId nextHop) => new(ObjectKind.NextHop, nextHop.Value);

    /// <summary>Names a route.</summary>
    public static ObjectKey Of(VrfId vrf, IpPrefix prefix) => new(ObjectKind.Route, vrf.Value, prefix);

    /// <summary>Names a label.</summary>
    public static ObjectKey Of(MplsLabel label) => new(ObjectKind.Label, label.Value);

    /// <summary>Names a VNI.</summary>
    public static ObjectKey Of(Vni vni) => new(ObjectKind.Vni, vni.Value);

    /// <summary>Names a security group.</summary>
    public static ObjectKey Of(SecurityGroupId group) => new(ObjectKind.SecurityGroup, group.Value);

    /// <summary>Names a floating IP.</summary>
    public static ObjectKey Of(VrfId vrf, IpAddress address) => new(ObjectKind.FloatingIp, vrf.Value, IpPrefix.Host(address));

    /// <summary>Names a source NAT.</summary>
    public static ObjectKey Of(SourceNatId nat) => new(ObjectKind.SourceNat, nat.Value);

    /// <summary>"vif 7", "route 10.0.0.0/8 in vrf 3".</summary>
    public override string ToString() => Kind switch
    {
        ObjectKind.None => "",
        ObjectKind.Settings => "settings",
        ObjectKind.Route => $"route {Prefix} in vrf {Id}",
        ObjectKind.Vif => $"interface {Id}",
        ObjectKind.NextHop => $"next hop {Id}",
        ObjectKind.FloatingIp => $"floating ip {Prefix.Address} in vrf {Id}",
        ObjectKind.SourceNat => $"source nat {Id}",
        ObjectKind.SecurityGroup => $"security group {Id}",
        _ => $"{Kind.ToString().ToLowerInvariant()} {Id}",
    };
}

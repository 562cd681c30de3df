using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Floating IPs and source NATs as they are configured.</summary>
internal sealed partial class ReferenceState
{
    public FloatingIp? FindFloatingIp(VrfId vrf, IpAddress address) => Find<FloatingIp>(ObjectKey.Of(vrf, address));

    public IEnumerable<FloatingIp> FloatingIpsOf(Vif vif) => All<FloatingIp>().Where(floatingIp => floatingIp.Vifs.Contains(vif.Id));

    /// <summary>The address of a member behind a floating IP: the fixed one, else its first one of the family.</summary>
    public static IpAddress? FixedAddressOf(FloatingIp floatingIp, Vif member) => floatingIp.FixedAddress
        ?? member.Addresses.Where(own => own.IsIpv6 == floatingIp.Address.IsIpv6).Select(own => (IpAddress?)own.Address).FirstOrDefault();

    /// <summary>The VRF of a packet on an interface's label: that of a floating IP of it that it is addressed to (of two the lower id), else its own.</summary>
    public VrfId VrfOfLabelled(Vif vif, IpAddress destination) => FloatingIpsOf(vif)
        .Where(floatingIp => floatingIp.Address == destination)
        .Select(floatingIp => floatingIp.Vrf)
        .OrderBy(vrf => vrf.Value)
        .Append(vif.Vrf)
        .First();

    /// <summary>The source NATs of a VRF that is left, in their order.</summary>
    public IEnumerable<SourceNat> SourceNatsOf(VrfId vrf) => All<SourceNat>().Where(nat => nat.Vrf == vrf).OrderBy(nat => nat.Id.Value);

    public bool IsOfPool(VrfId outsideVrf, IpAddress address) => All<SourceNat>().Any(nat => nat.OutsideVrf == outsideVrf && nat.Addresses.Contains(address));

    /// <summary>An address that a floating IP or a source NAT of VRF 0 has.</summary>
    public bool IsOwned(IpAddress address) => FindFloatingIp(default, address) is not null || IsOfPool(default, address);
}

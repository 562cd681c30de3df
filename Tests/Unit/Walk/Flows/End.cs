using VRouter.Encap;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>One end of a dialogue in the Lab: an address, and where its packets come in.</summary>
/// <param name="Vif">The interface: its own, or the FABRIC for who is behind the peer's tunnel.</param>
/// <param name="Address">Its address.</param>
/// <param name="Kind">The tunnel of who is behind one.</param>
internal sealed record End(uint Vif, string Address, EncapsulationKind Kind = EncapsulationKind.Vxlan)
{
    public static End Tenant(bool isIpv6 = false) => new(Lab.Tenant, Lab.Address(Lab.Tenant, isIpv6));

    public static End Neighbour(bool isIpv6 = false) => new(Lab.Neighbour, Lab.Address(Lab.Neighbour, isIpv6));

    public static End Remote(bool isIpv6 = false, EncapsulationKind kind = EncapsulationKind.Vxlan) => new(Lab.Fabric, Lab.Remote(isIpv6), kind);

    public bool IsIpv6 => Ip(Address).IsIpv6;

    /// <summary>A packet of its own as it comes in.</summary>
    public byte[] FrameOf(byte[] packet) => Vif == Lab.Fabric ? Lab.FromTunnel(Kind, packet) : Lab.FromTenant(packet, Vif);
}

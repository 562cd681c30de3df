using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A route as packets find it, configured or derived from an interface's own address.</summary>
/// <param name="Vrf">Whose route it is.</param>
/// <param name="Prefix">What it covers.</param>
/// <param name="NextHop">Where it leads; a derived one's has the number 0.</param>
/// <param name="Label">Its own label; 0 = the next hop's.</param>
/// <param name="Groups">The groups of those behind it.</param>
/// <param name="IsDerived">Nobody configured it.</param>
internal sealed record ReferenceRoute(VrfId Vrf, IpPrefix Prefix, NextHop NextHop, uint Label, ValueList<SecurityGroupId> Groups, bool IsDerived);

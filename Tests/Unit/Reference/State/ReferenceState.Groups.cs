using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Groups of next hops as they are configured.</summary>
internal sealed partial class ReferenceState
{
    public ReferenceGroup GroupOf(EcmpNextHop spec)
    {
        TunnelNextHop[] tunnels = [.. spec.Members.Select(NextHopOf).OfType<TunnelNextHop>()];
        IpAddress? ipv4 = Endpoint(isIpv6: false), ipv6 = Endpoint(isIpv6: true);

        // This node as the other members' nodes reach it.
        bool isIpv6 = (tunnels.Length > 0 && tunnels.All(tunnel => tunnel.Destination.IsIpv6)) || ipv4 is null;
        IpAddress own = (isIpv6 ? ipv6 : ipv4) ?? default;
        var members = new List<ReferenceMember>();

        foreach (ReferenceMember member in spec.Members
            .Select(member => MemberOf(member, own))
            .OrderBy(member => (member.Address, member.Label, member.Vif))
            .ThenBy(member => member.NextHop.Id.Value))
        {
            members.Add(member with { Identity = member.IdentityBut([.. members.Select(other => other.Identity)]) });
        }

        return new ReferenceGroup(spec, [.. members.OrderBy(member => member.Identity)]);
    }

    private IpAddress? Endpoint(bool isIpv6) => Fabrics.Select(fabric => FindEndpoint(fabric, isIpv6)).FirstOrDefault(address => address is not null);

    private NextHop NextHopOf(EcmpMember member) => Find<NextHop>(ObjectKey.Of(member.NextHop))!;

    private ReferenceMember MemberOf(EcmpMember member, IpAddress own)
    {
        if (NextHopOf(member) is TunnelNextHop tunnel)
        {
            return new ReferenceMember(member, tunnel, tunnel.Destination, member.Label != 0 ? member.Label : tunnel.Label, 0);
        }

        var nextHop = (VifNextHop)NextHopOf(member);
        uint label = FindVif(nextHop.Vif)!.Label.Value;
        return new ReferenceMember(member, nextHop, label != 0 ? own : nextHop.Address ?? own, label, label != 0 ? 0 : nextHop.Vif.Value);
    }
}

using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Security groups: the sender's egress rules and the receiver's ingress rules, of those ends that are here (semantics, section 5). Each side
/// is asked about the packet as its guest sees it, whatever becomes of addresses and ports in between.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>Groups of one peer that are looked at: those of its vif, of its route, and of the route behind that.</summary>
    private const int MostPeerGroups = 3 * GroupSets.MostGroups;

    private readonly SecurityGroupId[] _peerGroups = new SecurityGroupId[MostPeerGroups];

    /// <summary>Asks both sides; the first that denies decides.</summary>
    private void Judge(ref FlowDecision decision)
    {
        decision.IsAllowed = true;

        if (decision.IsLinkLocal)
        {
            return;
        }

        if (HasPolicy(decision.Sender))
        {
            InterfacePolicy policy = PolicyOf(decision.Sender);
            PolicyQuery query = QueryAbout(decision.Key.Destination, PeerGroups(decision.Way, decision.Receiver), decision.Key.Ports, decision);
            PolicyVerdict verdict = policy.Egress.Decide(query);
            decision.SenderRule = verdict.Rule;
            decision.IsAllowed = verdict.IsAllowed;
            decision.DeniedBySender = !verdict.IsAllowed;
        }

        if (decision.IsAllowed && HasPolicy(decision.Receiver))
        {
            InterfacePolicy policy = PolicyOf(decision.Receiver);
            PolicyQuery query = QueryAbout(decision.Source, PeerGroups(decision.IsSourceTranslated ? decision.Peer : decision.Back, decision.Sender), decision.Ports, decision);
            PolicyVerdict verdict = policy.Ingress.Decide(query);
            decision.ReceiverRule = verdict.Rule;
            decision.IsAllowed = verdict.IsAllowed;
        }
    }

    private InterfacePolicy PolicyOf(ushort vif) => _state.Policies[_state.Vifs[vif]!.Policy] ?? InterfacePolicy.Open;

    private static PolicyQuery QueryAbout(IpAddress peer, ReadOnlySpan<SecurityGroupId> groups, uint ports, in FlowDecision decision) =>
        decision.Key.Protocol == (peer.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp)
            ? PolicyQuery.OfIcmp(peer, groups, (byte)(decision.Icmp >> 8), (byte)decision.Icmp)
            : PolicyQuery.Of(peer, groups, decision.Key.Protocol, (ushort)(ports >> 16), (ushort)ports);

    /// <summary>The groups that a peer is in: as its best route says, the one behind VRF next hops too, and its vif if it is here.</summary>
    private ReadOnlySpan<SecurityGroupId> PeerGroups(in Way way, ushort vif)
    {
        SecurityGroupId[]? routed = GroupsOf(way.First);
        SecurityGroupId[]? behind = way.Last == way.First ? null : GroupsOf(way.Last);
        SecurityGroupId[]? own = vif == 0 ? null : _state.Vifs[vif]!.Groups;

        // A derived route has its vif's very groups.
        if (behind is null && (own is null || own.Length == 0 || own.AsSpan().SequenceEqual(routed)))
        {
            return routed;
        }

        int count = Append(0, routed);
        count = Append(count, behind);
        count = Append(count, own);
        return _peerGroups.AsSpan(0, count);
    }

    private SecurityGroupId[]? GroupsOf(RouteId route) => route.IsNone ? null : _state.GroupSets[_routes.Entry(route).SecurityGroups];

    private int Append(int count, ReadOnlySpan<SecurityGroupId> groups)
    {
        groups.CopyTo(_peerGroups.AsSpan(count));
        return count + groups.Length;
    }
}

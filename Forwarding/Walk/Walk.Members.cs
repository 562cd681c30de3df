using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Which member of a group a flow takes: the one it has, the one its client has, else the one that its hash says (semantics, section 6).</summary>
internal sealed partial class Walk<TTrace>
{
    private readonly Affinities _affinities;

    private void TakeMember(ref FlowDecision decision)
    {
        ref Way way = ref decision.Way;

        if (_nextHops[way.Slot].Kind != NextHopKind.Ecmp)
        {
            decision.Member = 0;
            return;
        }

        EcmpGroup group = _state.Groups[way.NextHop]!;
        long since = _now - group.AffinityMilliseconds;
        uint flow = group.Hash == EcmpHash.SourceAddress ? FlowOfClient(decision) : FlowOf(decision);
        decision.IsAffine = group.AffinityMilliseconds > 0;
        int member = decision.Member != 0 ? group.Find(decision.Member) : FindAsBefore(group, decision);

        if (member < 0 && decision.IsAffine && _affinities.Find(decision.Key, since) is var kept and not 0)
        {
            member = group.Find(kept);
        }

        if (member < 0)
        {
            member = group.Choose(flow, decision.Key.Protocol, (ushort)decision.Ports);
        }

        if (member < 0)
        {
            decision.Member = 0;
            way.Reason = group.IsEmpty ? DropReason.Discarded : DropReason.Rejected;
            return;
        }

        ref readonly EcmpMemberState chosen = ref group.Members[member];
        decision.Member = chosen.Identity;
        Take(ref way, chosen);
    }

    /// <summary>A route's single next hop is a group of one: turned into a group that contains it, its flows stay.</summary>
    private int FindAsBefore(EcmpGroup group, in FlowDecision decision)
    {
        for (int i = 0; decision.NextHopBefore != 0 && i < group.Members.Length; i++)
        {
            ref readonly EcmpMemberState member = ref group.Members[i];

            if (member.NextHop == decision.NextHopBefore && (member.Label != 0 ? member.Label : _nextHops[_state.NextHops[member.NextHop]].Label) == decision.LabelBefore)
            {
                return i;
            }
        }

        return -1;
    }

    private void Take(ref Way way, in EcmpMemberState member)
    {
        way.NextHop = member.NextHop;
        way.Slot = _state.NextHops[member.NextHop];
        way.Label = member.Label != 0 ? member.Label : _nextHops[way.Slot].Label;
    }

    /// <summary>What comes back goes to the node that the first packet came from, where the way there is a group's.</summary>
    private void TakeMemberBack(ref FlowDecision decision)
    {
        ref Way way = ref decision.Back;

        if (_nextHops[way.Slot].Kind != NextHopKind.Ecmp)
        {
            return;
        }

        EcmpGroup group = _state.Groups[way.NextHop]!;
        int back = decision.FromTunnel ? MemberAt(group, decision.OuterSource) : -1;

        if (back < 0)
        {
            back = group.Choose(FlowOf(decision), decision.Key.Protocol, decision.Key.SourcePort);
        }

        if (back < 0)
        {
            way.Slot = way.NextHop = 0;
        }
        else
        {
            Take(ref way, group.Members[back]);
        }
    }

    private int MemberAt(EcmpGroup group, uint outerSource)
    {
        for (int i = 0; i < group.Members.Length; i++)
        {
            if (IsFrom(outerSource, _state.NextHops[group.Members[i].NextHop]))
            {
                return i;
            }
        }

        return -1;
    }

    // The flow's side of the choice: nothing but the five of its tuple, under no secret, so that every vRouter chooses the same.
    private static uint FlowOf(in FlowDecision decision) =>
        FlowHash.Compute(AddressesOf(decision.Source, decision.Destination), decision.Key.Protocol, decision.Ports);

    private static uint FlowOfClient(in FlowDecision decision) =>
        FlowHash.Compute(AddressesOf(decision.Source, decision.Source), 0, 0);

    /// <summary>The member for a packet of no flow: its own hash says it, each time.</summary>
    private DropReason TakeMember(ref Packet packet)
    {
        // Nothing but a route or a label leads to a group.
        int index = packet.Route.IsNone ? (int)packet.ObjectId : _routes.Entry(packet.Route).NextHop;
        EcmpGroup group = _state.Groups[index]!;
        int member = group.Choose(packet.Hash, packet.Protocol, (ushort)PortsOf(packet));

        if (member < 0)
        {
            return group.IsEmpty ? DropReason.Discarded : DropReason.Rejected;
        }

        Way way = default;
        Take(ref way, group.Members[member]);
        packet.NextHop = way.Slot;
        packet.Label = way.Label;
        return DropReason.None;
    }

    /// <summary>The first vif here among the members of a group; null = none is.</summary>
    private VifState? VifOfMember(EcmpGroup group)
    {
        foreach (ref readonly EcmpMemberState member in group.Members.AsSpan())
        {
            ref NextHopState nextHop = ref _nextHops[_state.NextHops[member.NextHop]];

            if (nextHop.Kind == NextHopKind.Vif && _state.Vifs[nextHop.Egress] is { Kind: VifKind.Tenant } vif)
            {
                return vif;
            }
        }

        return null;
    }
}

using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Which member of a group a flow takes: the one it has, the one its client has, else the one that its hash says (semantics, section 6).</summary>
internal sealed partial class Walk<TTrace>
{
    private readonly Affinities _affinities;

    private void TakeMember(ref FlowDecision decision)
    {
        ref Way way = ref decision.Way;
        ref NextHopState nextHop = ref _nextHops[way.Slot];

        if (nextHop.Kind != NextHopKind.Ecmp)
        {
            // A single next hop is a group of one (semantics, section 8).
            decision.Member = nextHop.Kind == NextHopKind.Tunnel ? new EcmpName(nextHop.Destination, way.Label).Identity() : 0;
            return;
        }

        EcmpGroup group = _state.Groups[way.NextHop]!;
        decision.AffinityMilliseconds = group.AffinityMilliseconds;
        int member = FindMember(group, decision);

        if (member < 0)
        {
            uint flow = group.Hash == EcmpHash.SourceAddress ? FlowOfClient(decision.Source) : FlowOf(decision);
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

    /// <summary>The member that a flow has, or that its client keeps as long as that one takes new flows; -1 = neither.</summary>
    private int FindMember(EcmpGroup group, in FlowDecision decision)
    {
        int member = decision.Member != 0 ? group.Find(decision.Member)
            : decision.ReceiverBefore != 0 ? group.FindAt(decision.ReceiverBefore)
            : -1;

        if (member < 0 && decision.IsAffine)
        {
            uint kept = _affinities.Find(decision.Key, _now);
            member = kept != 0 && group.Takes(kept, decision.Key.Protocol, (ushort)decision.Ports) ? group.Find(kept) : -1;
        }

        return member;
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
        int back = FindMemberBack(group, decision);

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

    private static int FindMemberBack(EcmpGroup group, in FlowDecision decision) =>
        decision.FromTunnel ? group.FindBehind(decision.OuterSource)
        : decision.Sender != 0 ? group.FindAt(decision.Sender)
        : -1;

    /// <summary>The first packet's side comes through another node of a group now: so does what goes back.</summary>
    private void TurnBack(uint forward)
    {
        ref FlowDependencies dependencies = ref _table.Origin(forward).Dependencies;
        var route = new RouteId(dependencies[FlowDependency.ReverseRoute]);

        if (route.IsNone || _state.Groups[_routes.Entry(route).NextHop] is not { } group || group.FindBehind(_table.Entry(forward).OuterSource) is not (>= 0 and var member))
        {
            return;
        }

        Way way = default;
        Take(ref way, group.Members[member]);
        ref FlowEntry back = ref _table.Entry(FlowTable.Peer(forward));
        (back.NextHop, back.Label) = ((uint)way.Slot, way.Label);
        dependencies[FlowDependency.ReverseNextHop] = (uint)way.NextHop;
    }

    // The flow's side of the choice: nothing but the five of its tuple, under no secret, so that every vRouter chooses the same.
    private static uint FlowOf(in FlowDecision decision) =>
        FlowHash.Compute(AddressesOf(decision.Source, decision.Destination), decision.Key.Protocol, decision.Ports);

    private static uint FlowOfClient(IpAddress client) => FlowHash.Compute(AddressesOf(client, client), 0, 0);

    /// <summary>The member for a packet of no flow: its own hash says it, each time.</summary>
    private DropReason TakeMember(ref Packet packet)
    {
        // Nothing but a route or a label leads to a group.
        int index = packet.Route.IsNone ? (int)packet.ObjectId : _routes.Entry(packet.Route).NextHop;
        EcmpGroup group = _state.Groups[index]!;
        uint flow = group.Hash == EcmpHash.SourceAddress ? FlowOfClient(SourceOf(packet)) : packet.Hash;
        int member = group.Choose(flow, packet.Protocol, (ushort)PortsOf(packet));

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
}

using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Which member of a group a flow takes (semantics, section 6): the one it has, the one its client has, else the one that its hash says.</summary>
internal sealed partial class ReferenceRouter
{
    private readonly ReferenceAffinities _affinities = new();

    private ReferenceDecision TakeMember(ReferenceDecision decision, ReferenceFlow? before)
    {
        Way way = decision.Way;

        // A route's single next hop is a group of one: turned into a group that contains it, its flows stay.
        if (way.Group is not { } group)
        {
            return decision with { Member = way.Last is TunnelNextHop tunnel ? ReferenceMember.IdentityOf(tunnel.Destination, way.Label) : null };
        }

        FiveTuple tuple = decision.Leaves;
        TimeSpan affinity = group.Spec.Hash == EcmpHash.SourceAddress ? group.Spec.AffinityTimeout : TimeSpan.Zero;
        uint hash = group.Spec.Hash == EcmpHash.SourceAddress ? ReferenceHash.OfClient(tuple.Source) : ReferenceHash.Of(tuple);

        ReferenceMember? member = (before is null ? null : MemberBefore(group, before))
            ?? (affinity > TimeSpan.Zero ? MemberOfClient(group, decision) : null)
            ?? group.Choose(hash, tuple.Protocol, tuple.DestinationPort);

        return decision with { Way = Through(way, group, member), Member = member?.Identity, Affinity = affinity };
    }

    private static ReferenceMember? MemberBefore(ReferenceGroup group, ReferenceFlow before) =>
        before.Member is not null ? group.Find(before.Member) : before.Receiver.Value != 0 ? group.FindAt(before.Receiver) : null;

    /// <summary>A client keeps its member as long as that takes new flows.</summary>
    private ReferenceMember? MemberOfClient(ReferenceGroup group, ReferenceDecision decision)
    {
        uint? kept = _affinities.Find(decision.Arrival.Key, Now);
        return group.Taking(decision.Leaves.Protocol, decision.Leaves.DestinationPort).FirstOrDefault(member => member.Identity == kept);
    }

    private Way Through(Way way, ReferenceGroup group, ReferenceMember? member)
    {
        if (member is null)
        {
            return way with { Reason = group.Members.Length == 0 ? DropReason.Discarded : DropReason.Rejected };
        }

        return State.End(way.Routes, member.NextHop, member.Label) with { Vrf = way.Vrf };
    }

    /// <summary>What comes back goes to the node that the packets come from, where the way there is a group's.</summary>
    private Way TakeMemberBack(Way way, ReferenceDecision decision, IpAddress? outerSource)
    {
        if (way.Group is not { } group)
        {
            return way;
        }

        ReferenceMember? member = (outerSource is { } source ? group.Members.FirstOrDefault(member => IsTunnelTo(member.NextHop, source)) : null)
            ?? (decision.Arrival.Sender is { } sender ? group.FindAt(sender.Id) : null)
            ?? group.Choose(ReferenceHash.Of(decision.Leaves), decision.Leaves.Protocol, decision.Arrival.Tuple.SourcePort);
        return member is null ? way with { Reason = DropReason.NoRoute, Last = null } : Through(way, group, member);
    }

    /// <summary>The member for a packet of no flow, each time.</summary>
    private Way TakeMember(Way way, IpPacket ip)
    {
        if (way.Group is not { } group)
        {
            return way;
        }

        uint hash = group.Spec.Hash == EcmpHash.SourceAddress ? ReferenceHash.OfClient(ip.Source) : HashOf(ip);
        return Through(way, group, group.Choose(hash, ip.Protocol, ip.DestinationPort));
    }

    /// <summary>Of a packet by itself: fragments show no ports, and an identifier is none.</summary>
    private static uint HashOf(IpPacket ip)
    {
        var tuple = FiveTuple.Of(ip);
        return ReferenceHash.Of(ip.Fragment is not null ? tuple with { Protocol = IpProtocol.Fragment, SourcePort = 0, DestinationPort = 0 }
            : ip.HasPorts ? tuple
            : tuple with { SourcePort = 0 });
    }

    private void BeginAffinity(ReferenceFlow flow)
    {
        if (flow.Affinity > TimeSpan.Zero)
        {
            _affinities.Begin(flow.Forward.Key, flow.Member!.Value, flow.Affinity);
        }
    }

    private void EndAffinity(ReferenceFlow flow)
    {
        if (flow.Affinity > TimeSpan.Zero)
        {
            _affinities.End(flow.Forward.Key, Now);
        }
    }
}

using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Flows: every packet judged once, then carried (semantics, section 4).</summary>
internal sealed partial class ReferenceRouter
{
    /// <summary>From the VRF on, all packets go the same way, wherever they came from.</summary>
    private Outcome Forward(Arrival arrival)
    {
        if (IsUntracked(arrival))
        {
            return Pass(arrival);
        }

        if (arrival.Ip.Fragment is not null && Follow(ref arrival) is { } end)
        {
            return end;
        }

        bool isError = arrival.Ip.IsIcmpError;
        FiveTuple? tuple = isError ? Answered(arrival) : arrival.Tuple;

        if (tuple is null)
        {
            return Outcome.Dropped(DropReason.UnrelatedError);
        }

        if (Flows.Find(arrival.Key with { Tuple = tuple }) is { } hit)
        {
            return Continue(arrival, hit.Flow, hit.Direction);
        }

        return Miss(arrival, tuple, isError);
    }

    /// <summary>Whether neither end of a packet is one whose packets are of flows, as far as that is known before its flow is looked up.</summary>
    private bool IsUntracked(Arrival arrival) => arrival switch
    {
        { Direct: not null } => arrival.Direct.PolicyDisabled,
        { Sender.PolicyDisabled: true } => WayOfPacket(arrival) is { IsEnd: true } or not { Receiver.PolicyDisabled: false },
        _ => false,
    };

    /// <summary>Forwards what is of no flow.</summary>
    private Outcome Pass(Arrival arrival) => arrival.Tunnel is not null && !IsRoutedInto(arrival)
        ? Outcome.Dropped(DropReason.InvalidSource)
        : Leave(arrival, WayOfPacket(arrival));

    private Way WayOfPacket(Arrival arrival) => TakeMember(WayOf(arrival), arrival.Ip);

    private Way WayOf(Arrival arrival) => arrival.Direct is { } vif
        ? new Way([], DropReason.None) { Receiver = vif, Vrf = arrival.Vrf }
        : State.Resolve(arrival.Vrf, arrival.Ip.Destination);

    /// <summary>
    /// What an ICMP error is an answer to, the other way round: it belongs to the flow of the packet that it quotes, and goes to who sent that. Null:
    /// it does not say, or lies, or is about an error.
    /// </summary>
    private static FiveTuple? Answered(Arrival arrival) =>
        arrival.Ip.Fragment is null && Quote.Read(arrival.Ip) is { } quoted && quoted.Source == arrival.Ip.Destination ? quoted.Reverse() : null;

    private Outcome Miss(Arrival arrival, FiveTuple tuple, bool isError)
    {
        if (arrival.Tunnel is not null && !IsRoutedInto(arrival))
        {
            return Outcome.Dropped(DropReason.InvalidSource);
        }

        ReferenceDecision decision = Decide(arrival with { Tuple = tuple });

        if (FindByReceiver(decision, isError) is { } found)
        {
            return Continue(arrival, found.Flow, found.Direction);
        }

        bool isNoFlow = decision.Reason != DropReason.None || !MakesFlow(decision);

        if (isNoFlow && OtherSide(decision) is { } other)
        {
            return Bypass(arrival, other);
        }

        if (decision.Reason != DropReason.None)
        {
            return decision.Way.IsEnd ? Refuse(arrival, decision.Way) : Outcome.Dropped(decision.Reason);
        }

        if (isNoFlow)
        {
            return Leave(arrival, decision.Way);
        }

        return isError ? Outcome.Dropped(DropReason.UnrelatedError) : SetUp(decision);
    }

    /// <summary>
    /// What comes from the fabric by another label or VNI than was thought of finds its flow by the end that it goes to: it is the other direction of
    /// what that end sends. From then on that is how it is found.
    /// </summary>
    private (ReferenceFlow Flow, int Direction)? FindByReceiver(ReferenceDecision decision, bool isError)
    {
        Arrival arrival = decision.Arrival;

        if (arrival.Sender is not null || decision.Receiver is not { } end || Flows.Find(new ReferenceKey(end.Id, end.Vrf, decision.Leaves.Reverse())) is not { } own)
        {
            return null;
        }

        // Somebody in the fabric who has the address of another end that is here is not that end. Where another flow has the answers, they are that one's.
        // Nor does who is refused go on with what began by another door: nothing but answers come all the same.
        if (decision.Refusal != DropReason.None && own.Direction == 1)
        {
            return null;
        }

        if (own.Flow.IsOneWay || (own.Direction == 0 ? own.Flow.Receiver : own.Flow.Sender).Value != 0 || own.Flow[1 - own.Direction].Key.Tuple != arrival.Tuple)
        {
            return null;
        }

        if (!isError)
        {
            Rekey(own.Flow, 1 - own.Direction, decision);
            own.Flow.First = own.Direction == 0 ? own.Flow.First : own.Flow.First with { Vrf = arrival.Vrf, Direct = arrival.Direct };
        }

        return (own.Flow, 1 - own.Direction);
    }

    private void Rekey(ReferenceFlow flow, int direction, ReferenceDecision decision)
    {
        EndAffinity(flow);
        flow.Affinity = direction == 0 && flow.Affinity > TimeSpan.Zero ? decision.Affinity : flow.Affinity;
        flow[direction].Key = decision.Arrival.Key;
        BeginAffinity(flow);
    }

    /// <summary>A packet of a flow: judged once, it is carried as long as the same would be decided.</summary>
    private Outcome Continue(Arrival arrival, ReferenceFlow flow, int direction)
    {
        bool isError = arrival.Ip.IsIcmpError;

        if (Renew(flow) is not { } present)
        {
            return Miss(arrival, isError ? Answered(arrival)! : arrival.Tuple, isError);
        }

        flow = present;

        if (!IsFromRightTunnel(arrival, flow, direction, isError))
        {
            return Outcome.Dropped(DropReason.InvalidSource);
        }

        // Against a denied flow goes what the other side begins: another question, unless the flow stood once.
        if (flow.IsDenied && direction == 1 && !flow.IsRevoked && !isError)
        {
            Flows.End(flow, FlowEndReason.Evicted);
            return Miss(arrival, arrival.Tuple, isError);
        }

        if (flow.IsDenied)
        {
            flow.Note(direction, arrival.Frame.Length, Now);
            return Outcome.Dropped(DropReason.SecurityGroupDenied, flow.Judgement.DenyingRule!);
        }

        if (isError)
        {
            flow[direction].Count(arrival.Frame.Length);
            return Leave(arrival, flow, direction);
        }

        return flow.Tcp is null || arrival.Ip.IsLaterFragment ? Carry(arrival, flow, direction) : ContinueTcp(arrival, flow, direction);
    }

    private Outcome ContinueTcp(Arrival arrival, ReferenceFlow flow, int direction)
    {
        switch (flow.Judge(direction, Segment.Read(arrival.Ip.Transport), Now))
        {
            case SegmentVerdict.Drops:
                return Outcome.Dropped(DropReason.InvalidSegment);

            case SegmentVerdict.Reopens:
                Flows.End(flow, FlowEndReason.Closed);
                return Miss(arrival, arrival.Tuple, isError: false);

            default:
                return Carry(arrival, flow, direction);
        }
    }

    private Outcome Carry(Arrival arrival, ReferenceFlow flow, int direction)
    {
        flow.Note(direction, arrival.Frame.Length, Now);
        return Leave(arrival, flow, direction);
    }

    /// <summary>RPF, whenever it has not been found right. An error may be of any router; that its packets come from there says nothing of its flow's.</summary>
    private bool IsFromRightTunnel(Arrival arrival, ReferenceFlow flow, int place, bool isError)
    {
        ReferenceDirection direction = flow[place];

        if (arrival.Tunnel is not { } tunnel)
        {
            return true;
        }

        bool isOfItsTunnel = tunnel.Source == direction.OuterSource && IsRoutedInto(direction.Key.Vrf, direction.Key.Tuple.Source, tunnel.Source);
        bool isRight = (isError && isOfItsTunnel) || IsRoutedInto(arrival);

        if (isRight && !isError)
        {
            direction.OuterSource = arrival.Tunnel.Source;
        }

        // What comes back goes to the node that the packets come from.
        if (isRight && !isError && place == 0 && !flow.IsDenied)
        {
            flow.Reverse.Way = WayBack(Decide(flow.First, flow), tunnel.Source);
        }

        return isRight;
    }

    /// <summary>Not flows: what has policy at no end that is here, and what stays between HOST and FABRIC. What is translated is one.</summary>
    private static bool MakesFlow(ReferenceDecision decision)
    {
        (Vif? sender, Way way) = (decision.Arrival.Sender, decision.Way);

        if (decision.IsTranslated)
        {
            return true;
        }

        if (sender is { Kind: VifKind.Host } && way is { Receiver: null, Tunnel: null })
        {
            return false;
        }

        if (decision.Arrival is { Sender: null, Tunnel: null } && way.Receiver is { Kind: VifKind.Host })
        {
            return false;
        }

        return (sender is null && way.Receiver is null) || sender is { PolicyDisabled: false } || way.Receiver is { PolicyDisabled: false };
    }
}

using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The first packet of a flow, and the same question again when something has changed.</summary>
internal sealed partial class ReferenceRouter
{
    private Outcome SetUp(ReferenceDecision decision)
    {
        Arrival arrival = decision.Arrival;
        ReferenceFlow flow = FlowOf(decision, Judge(decision));

        if (flow.Tcp is not null && !arrival.Ip.IsLaterFragment && flow.Judge(0, Segment.Read(arrival.Ip.Transport), Now) == SegmentVerdict.Drops)
        {
            return Outcome.Dropped(DropReason.InvalidSegment);
        }

        // What its answers are is all that tells how it was translated.
        if (decision.IsTranslated && !flow.IsDenied && !IsWayBackFree(flow))
        {
            return Outcome.Dropped(DropReason.FlowConflict);
        }

        DropReason reason = TryAdd(flow);

        if (reason == DropReason.None)
        {
            flow.Note(0, arrival.Frame.Length, Now);
        }

        if (flow.IsDenied)
        {
            return Outcome.Dropped(DropReason.SecurityGroupDenied, flow.Judgement.DenyingRule!);
        }

        return reason == DropReason.None ? Leave(arrival, flow, 0) : Outcome.Dropped(reason);
    }

    private ReferenceFlow FlowOf(ReferenceDecision decision, Judgement judgement)
    {
        Arrival arrival = decision.Arrival;
        VifId sender = arrival.Sender?.Id ?? default, receiver = decision.Receiver?.Id ?? default;
        VifId owner = sender.Value != 0 ? sender : receiver;

        return new ReferenceFlow(
            new ReferenceDirection(arrival.Key, owner, decision.Way) { OuterSource = arrival.Tunnel?.Source },
            new ReferenceDirection(ReverseKey(decision), receiver.Value != 0 ? receiver : sender, WayBack(decision, arrival.Tunnel?.Source)),
            Now)
        {
            First = arrival,
            Sender = sender,
            Receiver = receiver,
            Owner = owner,
            Leaving = decision.Leaves,
            Member = decision.Member,
            Affinity = judgement.IsAllowed ? decision.Affinity : TimeSpan.Zero,
            Judgement = judgement,
            Tcp = arrival.Tuple.Protocol == IpProtocol.Tcp && judgement.IsAllowed ? new ReferenceTcp() : null,
        };
    }

    /// <summary>How answers are found: at the receiver; else as they will come from the fabric, by the sender's own label or in the VRF that they are sent from.</summary>
    private ReferenceKey ReverseKey(ReferenceDecision decision)
    {
        FiveTuple tuple = decision.Leaves.Reverse();

        if (decision.Receiver is { } receiver)
        {
            return new ReferenceKey(receiver.Id, receiver.Vrf, tuple);
        }

        return decision is { Pool: [], Way.Tunnel.Encapsulation: not EncapsulationKind.Vxlan, Arrival.Sender: { Label.Value: not 0 } sender }
            ? new ReferenceKey(sender.Id, State.VrfOfLabelled(sender, decision.Leaves.Source), tuple)
            : new ReferenceKey(default, decision.Way.Vrf, tuple);
    }

    /// <summary>Where answers go. To what was translated: where it came from, whatever the receiver's VRF knows of that place.</summary>
    private Way WayBack(ReferenceDecision decision, IpAddress? outerSource)
    {
        Way way = decision.IsTranslated
            ? State.Resolve(decision.Arrival.Vrf, decision.Arrival.Tuple.Source)
            : State.Resolve(ReverseKey(decision).Vrf, decision.Leaves.Source);

        return TakeMemberBack(way, decision, outerSource);
    }

    /// <summary>Whether no other flow has the answers. One that is denied gives way, and one that would not be as it is any more.</summary>
    private bool IsWayBackFree(ReferenceFlow flow)
    {
        if (flow.IsOneWay || Flows.Find(flow.Reverse.Key) is not { } other)
        {
            return true;
        }

        if (other.Flow.IsDenied)
        {
            Flows.End(other.Flow, FlowEndReason.Evicted);
            return true;
        }

        return Renew(other.Flow) is null;
    }

    /// <summary>Room for one more flow, if need be another's, except for a denied one. Where another flow has its answers, it has one direction.</summary>
    private DropReason TryAdd(ReferenceFlow flow)
    {
        const int pair = 2;
        Settings settings = State.Settings;
        Vif? owner = State.FindVif(flow.Owner);
        uint ownLimit = owner is { MaxFlows: > 0 } ? owner.MaxFlows : settings.MaxFlowsPerInterface;

        if (owner is not null && ownLimit > 0 && Flows.DirectionsOf(flow.Owner) + pair > ownLimit)
        {
            return DropReason.FlowLimit;
        }

        // One gives way at a time; below a limit that was lowered that may not be enough.
        if (Flows.Directions + pair > settings.MaxFlows && (flow.IsDenied || !Flows.TryEvict() || Flows.Directions + pair > settings.MaxFlows))
        {
            return DropReason.FlowTableFull;
        }

        if (Flows.Find(flow.Reverse.Key) is not null)
        {
            flow.Reverse.Key = flow.Forward.Key;
        }

        BeginAffinity(flow);
        Flows.Add(flow);
        return DropReason.None;
    }

    /// <summary>
    /// Decides a flow anew, from its first packet. The same verdict: it is kept, with its counters, and goes as it would go now. What is denied now has a
    /// denied flow in its place. Null: it has ended.
    /// </summary>
    private ReferenceFlow? Renew(ReferenceFlow flow)
    {
        Arrival first = flow.First with
        {
            Ingress = State.FindVif(flow.First.Ingress.Id)!,
            Direct = flow.First.Direct is null ? null : State.FindVif(flow.First.Direct.Id),
        };
        ReferenceDecision decision = Decide(first, flow);

        if ((first.Sender is { } sender && sender.Vrf != first.Vrf) || decision.Reason != DropReason.None || !MakesFlow(decision))
        {
            Flows.End(flow, FlowEndReason.Revalidated);
            return null;
        }

        Judgement judgement = Judge(decision);

        if (judgement.IsAllowed == !flow.IsDenied && TryKeep(flow, decision, judgement))
        {
            return flow;
        }

        Flows.End(flow, FlowEndReason.Revalidated);
        ReferenceFlow denied = FlowOf(decision, judgement);
        denied.IsRevoked = true;
        return !judgement.IsAllowed && !flow.IsDenied && TryAdd(denied) == DropReason.None ? denied : null;
    }

    /// <summary>False: as what it goes now is another flow, or what comes back now would be another flow's.</summary>
    private bool TryKeep(ReferenceFlow flow, ReferenceDecision decision, Judgement judgement)
    {
        ReferenceKey answers = ReverseKey(decision);
        bool mayComeElsewise = decision.Receiver is null && (flow.Reverse.Key.Vif.Value == 0 || flow.Reverse.Key.Vif == flow.Sender);

        if (flow.Leaving != decision.Leaves)
        {
            return false;
        }

        if (!flow.IsOneWay && flow.Reverse.Key != answers && !mayComeElsewise)
        {
            if (Flows.Find(answers) is not null)
            {
                return false;
            }

            flow.Reverse.Key = answers;
        }

        flow.Judgement = judgement;
        flow.Receiver = decision.Receiver?.Id ?? default;
        flow.Forward.Way = decision.Way;
        flow.Forward.Endpoint = flow.Sender.Value != 0 ? flow.Sender : flow.Receiver;
        flow.Reverse.Way = WayBack(decision, flow.Forward.OuterSource);
        EndAffinity(flow);
        flow.Member = decision.Member;
        flow.Affinity = judgement.IsAllowed ? decision.Affinity : TimeSpan.Zero;
        BeginAffinity(flow);
        flow.Reverse.Endpoint = flow.Receiver.Value != 0 ? flow.Receiver : flow.Sender;
        return true;
    }
}

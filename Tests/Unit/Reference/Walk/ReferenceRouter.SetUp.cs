using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The first packet of a flow, and the same question again when something has changed.</summary>
internal sealed partial class ReferenceRouter
{
    private Outcome SetUp(Arrival arrival, Way way)
    {
        ReferenceFlow flow = FlowOf(arrival, way, Judge(arrival, way));

        if (flow.Tcp is not null && !arrival.Ip.IsLaterFragment && flow.Judge(0, Segment.Read(arrival.Ip.Transport), Now) == SegmentVerdict.Drops)
        {
            return Outcome.Dropped(DropReason.InvalidSegment);
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

        return reason == DropReason.None ? Leave(arrival, way, flow.Reverse.Way) : Outcome.Dropped(reason);
    }

    private ReferenceFlow FlowOf(Arrival arrival, Way way, Judgement judgement)
    {
        ReferenceKey reverse = ReverseKey(arrival, way);
        VifId sender = arrival.Sender?.Id ?? default, receiver = way.Receiver?.Id ?? default;
        VifId owner = sender.Value != 0 ? sender : receiver;

        return new ReferenceFlow(
            new ReferenceDirection(arrival.Key, owner, way) { OuterSource = arrival.Tunnel?.Source },
            new ReferenceDirection(reverse, receiver.Value != 0 ? receiver : sender, State.Resolve(reverse.Vrf, arrival.Ip.Source)),
            Now)
        {
            First = arrival,
            Sender = sender,
            Receiver = receiver,
            Owner = owner,
            Judgement = judgement,
            Tcp = arrival.Tuple.Protocol == IpProtocol.Tcp && judgement.IsAllowed ? new ReferenceTcp() : null,
        };
    }

    /// <summary>How answers are found: at the receiver; else as they will come from the fabric, by the sender's own label or in the VRF that they are sent from.</summary>
    private static ReferenceKey ReverseKey(Arrival arrival, Way way)
    {
        FiveTuple tuple = arrival.Tuple.Reverse();

        if (way.Receiver is { } receiver)
        {
            return new ReferenceKey(receiver.Id, receiver.Vrf, tuple);
        }

        return way.Tunnel is { Encapsulation: not EncapsulationKind.Vxlan } && arrival.Sender is { Label.Value: not 0 } sender
            ? new ReferenceKey(sender.Id, sender.Vrf, tuple)
            : new ReferenceKey(default, way.Vrf, tuple);
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
        Way way = WayOf(first);

        if (first.Sender is { } sender && sender.Vrf != first.Vrf || way.IsEnd || !MakesFlow(first.Sender, way))
        {
            Flows.End(flow, FlowEndReason.Revalidated);
            return null;
        }

        Judgement judgement = Judge(first, way);

        if (judgement.IsAllowed == !flow.IsDenied && TryKeep(flow, first, way, judgement))
        {
            return flow;
        }

        Flows.End(flow, FlowEndReason.Revalidated);
        ReferenceFlow denied = FlowOf(first, way, judgement);
        denied.IsRevoked = true;
        return !judgement.IsAllowed && TryAdd(denied) == DropReason.None ? denied : null;
    }

    /// <summary>False: what comes back now would be another flow's.</summary>
    private bool TryKeep(ReferenceFlow flow, Arrival first, Way way, Judgement judgement)
    {
        ReferenceKey answers = ReverseKey(first, way);
        bool mayComeElsewise = way.Receiver is null && (flow.Reverse.Key.Vif.Value == 0 || flow.Reverse.Key.Vif == flow.Sender);

        if (!flow.IsOneWay && flow.Reverse.Key != answers && !mayComeElsewise)
        {
            if (Flows.Find(answers) is not null)
            {
                return false;
            }

            flow.Reverse.Key = answers;
        }

        flow.Judgement = judgement;
        flow.Receiver = way.Receiver?.Id ?? default;
        flow.Forward.Way = way;
        flow.Forward.Endpoint = flow.Sender.Value != 0 ? flow.Sender : flow.Receiver;
        flow.Reverse.Way = State.Resolve(ReverseKey(first, way).Vrf, first.Ip.Source);
        flow.Reverse.Endpoint = flow.Receiver.Value != 0 ? flow.Receiver : flow.Sender;
        return true;
    }
}

using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Tells people of flows: what the walk keeps as numbers, by ids and names. The control side's, under its lock.</summary>
internal sealed class FlowRecords(ObjectIds ids, RuleNames rules, DateTimeOffset startTime)
{
    private const uint Forward = 0;
    private const uint Reverse = 1;

    /// <summary>The directions of a flow that are meant, that of the first packet first.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="now">When it was so, in milliseconds of the walk's time.</param>
    /// <param name="filter">Which directions are meant.</param>
    /// <param name="endReason">Why it ended; None = it stands.</param>
    public IEnumerable<FlowRecord> Tell(FlowSnapshot flow, long now, FlowFilter filter, FlowEndReason endReason = FlowEndReason.None)
    {
        FlowRecordKey forward = KeyOf(flow, Forward);
        FlowRecordKey reverse = KeyOf(flow, Reverse);

        if (filter.Matches(forward, reverse))
        {
            yield return RecordOf(flow, Forward, forward, reverse, now, endReason);
        }

        if (!flow.IsOneWay && filter.Matches(reverse, forward))
        {
            yield return RecordOf(flow, Reverse, reverse, forward, now, endReason);
        }
    }

    /// <summary>Whether a direction of a flow is meant.</summary>
    public bool Matches(in FlowSnapshot flow, FlowFilter filter)
    {
        FlowRecordKey forward = KeyOf(flow, Forward);
        FlowRecordKey reverse = KeyOf(flow, Reverse);
        return filter.Matches(forward, reverse) || (!flow.IsOneWay && filter.Matches(reverse, forward));
    }

    /// <summary>A time of the walk as people know it.</summary>
    public DateTimeOffset TimeOf(long milliseconds) => startTime.AddMilliseconds(milliseconds);

    private FlowRecord RecordOf(in FlowSnapshot flow, uint direction, FlowRecordKey key, FlowRecordKey reverse, long now, FlowEndReason endReason)
    {
        FlowState state = flow.State;
        FlowCount count = FlowState.CountOf(ref state, direction);
        bool isDenied = (flow.Forward.Traits & FlowTraits.Denied) != 0;

        return new FlowRecord(key, reverse)
        {
            Action = ActionOf(direction == Forward ? flow.Forward.Traits : flow.Reverse.Traits),
            NextHop = isDenied ? default : NextHopOf(flow, direction),
            TcpState = state.TcpState,
            Packets = count.Packets,
            Bytes = count.Bytes,
            Started = TimeOf(flow.Origin.Started),
            LastSeen = TimeOf(flow.LastSeen(now)),
            RuleId = rules.Find(DecidingRule.Of(flow.Origin, isDenied, direction))?.Rule ?? "",
            DropReason = isDenied ? DropReason.SecurityGroupDenied : DropReason.None,
            EndReason = endReason,
        };
    }

    private FlowRecordKey KeyOf(in FlowSnapshot flow, uint direction)
    {
        FlowKey key = direction == Forward ? flow.Forward.Key : flow.IsOneWay ? flow.Forward.Key.Reverse() : flow.Reverse.Key;
        uint generation = GenerationOf(flow);

        return new FlowRecordKey(
            ids.Vrf(key.Vrf, generation), key.Source, key.Destination, key.Protocol, key.SourcePort, key.DestinationPort, VifOf(flow, direction, generation));
    }

    // Where the direction's packets come in; from elsewhere, where they go.
    private VifId VifOf(in FlowSnapshot flow, uint direction, uint generation)
    {
        uint both = flow.Origin.Dependencies[FlowDependency.Vifs];
        (ushort sender, ushort receiver) = direction == Forward ? ((ushort)both, (ushort)(both >> 16)) : ((ushort)(both >> 16), (ushort)both);
        return ids.Vif(sender != 0 ? sender : receiver, generation);
    }

    private NextHopId NextHopOf(in FlowSnapshot flow, uint direction)
    {
        int place = direction == Forward ? FlowDependency.NextHop : FlowDependency.ReverseNextHop;
        return ids.NextHop((int)flow.Origin.Dependencies[place], GenerationOf(flow));
    }

    /// <summary>The generation under which the flow was last found right: its indices are of that one.</summary>
    private static uint GenerationOf(in FlowSnapshot flow)
    {
        uint forward = flow.Forward.Generation;
        uint reverse = flow.Reverse.Generation;
        return flow.IsOneWay || (int)(forward - reverse) > 0 ? forward : reverse;
    }

    private static FlowAction ActionOf(FlowTraits traits) =>
        (traits & FlowTraits.Denied) != 0 ? FlowAction.Drop
        : (traits & (FlowTraits.SourceTranslated | FlowTraits.DestinationTranslated)) != 0 ? FlowAction.Nat
        : FlowAction.Forward;
}

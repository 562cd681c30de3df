using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Flows as they are listed.</summary>
internal static class ReferenceRecords
{
    /// <summary>A record a direction; of a flow that has one direction, one.</summary>
    public static IEnumerable<FlowRecord> Of(ReferenceFlow flow, DateTimeOffset start, FlowEndReason reason = FlowEndReason.None) =>
        Enumerable.Range(0, flow.IsOneWay ? 1 : 2).Select(direction => Of(flow, direction, start, reason));

    private static FlowRecord Of(ReferenceFlow flow, int direction, DateTimeOffset start, FlowEndReason reason) => new(KeyOf(flow, direction), KeyOf(flow, 1 - direction))
    {
        Action = flow.IsDenied ? FlowAction.Drop : flow.IsTranslated ? FlowAction.Nat : FlowAction.Forward,
        NextHop = flow.IsDenied ? default : flow[direction].Way.NextHop,
        TcpState = flow.Tcp?.State ?? TcpState.None,
        Packets = (ulong)flow[direction].Packets,
        Bytes = (ulong)flow[direction].Bytes,
        Started = start + flow.Started,
        LastSeen = start + flow.LastSeen,
        RuleId = flow.Judgement.RuleOf(direction),
        DropReason = flow.IsDenied ? DropReason.SecurityGroupDenied : DropReason.None,
        EndReason = reason,
    };

    private static FlowRecordKey KeyOf(ReferenceFlow flow, int direction)
    {
        ReferenceKey key = flow[direction].Key;
        FiveTuple tuple = flow.IsOneWay && direction == 1 ? key.Tuple.Reverse() : key.Tuple;
        return new FlowRecordKey(key.Vrf, tuple.Source, tuple.Destination, tuple.Protocol, tuple.SourcePort, tuple.DestinationPort, flow[direction].Endpoint);
    }
}

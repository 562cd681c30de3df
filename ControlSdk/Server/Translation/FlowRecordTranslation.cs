using Google.Protobuf.WellKnownTypes;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Flows and their events to the contract, and from there which of them are meant.</summary>
internal static class FlowRecordTranslation
{
    /// <summary>Which flows are asked for; what is not set matches anything. The limit is the caller's.</summary>
    public static FlowFilter Read(V1.ListFlowsRequest request, ObjectScope scope)
    {
        V1.FlowKey match = request.Match ?? new V1.FlowKey();

        return new FlowFilter
        {
            Vrf = match.Vrf == 0 ? null : new VrfId(match.Vrf),
            Source = scope.OptionalAddress("match.source", match.Source),
            Destination = scope.OptionalAddress("match.destination", match.Destination),
            Protocol = match.Protocol == 0 ? null : (byte)scope.Number("match.protocol", match.Protocol, byte.MaxValue),
            SourcePort = match.SourcePort == 0 ? null : (ushort)scope.Number("match.source_port", match.SourcePort, ushort.MaxValue),
            DestinationPort = match.DestinationPort == 0 ? null : (ushort)scope.Number("match.destination_port", match.DestinationPort, ushort.MaxValue),
            Vif = match.Interface == 0 ? null : new VifId(match.Interface),
            Endpoint = request.Interface == 0 ? null : new VifId(request.Interface),
        };
    }

    public static V1.FlowRecord Write(FlowRecord record) => new()
    {
        Key = Write(record.Key),
        ReverseKey = Write(record.ReverseKey),
        Action = Write(record.Action),
        NextHop = record.NextHop.Value,
        TcpState = record.TcpState == TcpState.None ? "" : record.TcpState.ToString(),
        Packets = record.Packets,
        Bytes = record.Bytes,
        Started = Timestamp.FromDateTimeOffset(record.Started),
        LastSeen = Timestamp.FromDateTimeOffset(record.LastSeen),
        RuleId = record.RuleId,
        DropReason = record.DropReason == DropReason.None ? "" : record.DropReason.ToString(),
        EndReason = record.EndReason == FlowEndReason.None ? "" : record.EndReason.ToString(),
    };

    /// <summary>An event a direction.</summary>
    public static IEnumerable<V1.Event> Write(FlowEvent flow) => flow.Records.Select(record => flow.Kind == FlowEventKind.Started
        ? new V1.Event { Time = Timestamp.FromDateTimeOffset(flow.Time), FlowStarted = Write(record) }
        : new V1.Event { Time = Timestamp.FromDateTimeOffset(flow.Time), FlowEnded = Write(record) });

    private static V1.FlowKey Write(in FlowRecordKey key) => new()
    {
        Vrf = key.Vrf.Value,
        Source = key.Source.ToString(),
        Destination = key.Destination.ToString(),
        Protocol = key.Protocol,
        SourcePort = key.SourcePort,
        DestinationPort = key.DestinationPort,
        Interface = key.Vif.Value,
    };

    private static V1.FlowRecord.Types.Action Write(FlowAction action) => action switch
    {
        FlowAction.Drop => V1.FlowRecord.Types.Action.Drop,
        FlowAction.Nat => V1.FlowRecord.Types.Action.Nat,
        _ => V1.FlowRecord.Types.Action.Forward,
    };
}

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

    public static V1.FlowRecord Write(FlowRecord record)
    {
        var written = new V1.FlowRecord();
        Write(record, written);
        return written;
    }

    /// <summary>The same into a message that may have been another record's.</summary>
    public static void Write(FlowRecord record, V1.FlowRecord into)
    {
        into.Key = Write(record.Key, into.Key);
        into.ReverseKey = Write(record.ReverseKey, into.ReverseKey);
        into.Action = Write(record.Action);
        into.NextHop = record.NextHop.Value;
        into.TcpState = record.TcpState == TcpState.None ? "" : record.TcpState.ToString();
        into.Packets = record.Packets;
        into.Bytes = record.Bytes;
        into.Started = TimeTranslation.Write(record.Started, into.Started);
        into.LastSeen = TimeTranslation.Write(record.LastSeen, into.LastSeen);
        into.RuleId = record.RuleId;
        into.DropReason = record.DropReason == DropReason.None ? "" : record.DropReason.ToString();
        into.EndReason = record.EndReason == FlowEndReason.None ? "" : record.EndReason.ToString();
    }

    /// <summary>A direction's event, into a message that may have been another one's.</summary>
    public static void Write(FlowEvent flow, FlowRecord record, V1.Event into)
    {
        V1.FlowRecord written = into.FlowStarted ?? into.FlowEnded ?? new V1.FlowRecord();
        Write(record, written);
        into.Time = TimeTranslation.Write(flow.Time, into.Time);

        if (flow.Kind == FlowEventKind.Started)
        {
            into.FlowStarted = written;
        }
        else
        {
            into.FlowEnded = written;
        }
    }

    private static V1.FlowKey Write(in FlowRecordKey key, V1.FlowKey? into)
    {
        into ??= new V1.FlowKey();
        into.Vrf = key.Vrf.Value;
        into.Source = key.Source.ToString();
        into.Destination = key.Destination.ToString();
        into.Protocol = key.Protocol;
        into.SourcePort = key.SourcePort;
        into.DestinationPort = key.DestinationPort;
        into.Interface = key.Vif.Value;
        return into;
    }

    private static V1.FlowRecord.Types.Action Write(FlowAction action) => action switch
    {
        FlowAction.Drop => V1.FlowRecord.Types.Action.Drop,
        FlowAction.Nat => V1.FlowRecord.Types.Action.Nat,
        _ => V1.FlowRecord.Types.Action.Forward,
    };
}

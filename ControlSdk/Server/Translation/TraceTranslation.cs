using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Traces, to the contract.</summary>
internal static class TraceTranslation
{
    public static V1.TraceResponse Write(TraceResult trace) => new()
    {
        Steps = { trace.Steps.Select(WriteStep) },
        Outputs = { trace.Outputs.Select(WriteOutput) },
        DropReason = trace.DropReason == DropReason.None ? "" : trace.DropReason.ToString(),
    };

    public static V1.TracedPacket Write(TracedPacket packet) => new()
    {
        Time = Timestamp.FromDateTimeOffset(packet.Time),
        Interface = packet.Vif.Value,
        Packet = ByteString.CopyFrom(packet.Packet.Span),
        Trace = Write(packet.Trace),
        Lost = (ulong)packet.Lost,
    };

    private static V1.TraceStep WriteStep(TraceStep step) => new()
    {
        Stage = step.Stage,
        Detail = step.Detail,
        Object = ObjectKeyTranslation.Write(step.Object),
        RuleId = step.RuleId,
    };

    private static V1.TraceResponse.Types.Output WriteOutput(TraceOutput output) => new()
    {
        Interface = output.Vif.Value,
        Packet = ByteString.CopyFrom(output.Packet.Span),
    };
}

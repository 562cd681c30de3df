using System.Text;
using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk;

/// <summary>A trace for people: one line a step, then what leaves, or why nothing does.</summary>
public static class TraceText
{
    /// <summary>The lines for the answer to a request.</summary>
    public static string Of(TraceRequest request, TraceResponse trace)
    {
        var text = new StringBuilder();
        text.Append($"interface {request.Interface}: {PacketSummary.Of(request.Packet.Span)}\n");
        int stageWidth = trace.Steps.Select(step => step.Stage.Length).DefaultIfEmpty().Max();

        foreach (TraceStep step in trace.Steps)
        {
            text.Append($"  {step.Stage.PadRight(stageWidth)}  {Describe(step)}\n");
        }

        foreach (TraceResponse.Types.Output output in trace.Outputs)
        {
            text.Append($"sent to interface {output.Interface}: {PacketSummary.Of(output.Packet.Span)}\n");
            text.Append($"  {Convert.ToHexStringLower(output.Packet.Span)}\n");
        }

        text.Append(Ending(trace));
        return text.ToString().TrimEnd('\n');
    }

    private static string Describe(TraceStep step)
    {
        string decided = step.Object is null ? "" : $" [{ContractText.Describe(step.Object)}]";
        string rule = step.RuleId.Length == 0 ? "" : $" [rule {step.RuleId}]";

        return step.Detail + decided + rule;
    }

    private static string Ending(TraceResponse trace) =>
        trace.DropReason.Length > 0 ? $"dropped: {trace.DropReason}"
        : trace.Outputs.Count == 0 ? "consumed: nothing is sent"
        : "";
}

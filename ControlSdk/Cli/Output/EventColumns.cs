namespace VRouter.ControlSdk.Cli;

/// <summary>What a list of events shows of each.</summary>
internal static class EventColumns
{
    public static IReadOnlyList<Column<V1.Event>> All { get; } =
    [
        new("TIME", item => Amount.TimeOf(item.Time), Width: 12),
        new("WHAT", KindOf, Width: 13),
        new("OF", SubjectOf),
    ];

    /// <summary>"flow started", "link down".</summary>
    private static string KindOf(V1.Event item) => item.KindCase switch
    {
        V1.Event.KindOneofCase.Applied => "applied",
        V1.Event.KindOneofCase.Deleted => "deleted",
        V1.Event.KindOneofCase.Link => item.Link.Up ? "link up" : "link down",
        V1.Event.KindOneofCase.Neighbour => item.Neighbour.Reachable ? "neighbour" : "neighbour gone",
        V1.Event.KindOneofCase.FlowStarted => "flow started",
        V1.Event.KindOneofCase.FlowEnded => "flow ended",
        V1.Event.KindOneofCase.Lost => "missed",
        _ => item.KindCase.ToString(),
    };

    private static string SubjectOf(V1.Event item) => item.KindCase switch
    {
        V1.Event.KindOneofCase.Applied => ContractText.Describe(item.Applied),
        V1.Event.KindOneofCase.Deleted => ContractText.Describe(item.Deleted),
        V1.Event.KindOneofCase.Link => $"interface {item.Link.Interface}",
        V1.Event.KindOneofCase.Neighbour => $"{item.Neighbour.Address} {item.Neighbour.Mac} at interface {item.Neighbour.Interface}",
        V1.Event.KindOneofCase.FlowStarted => Describe(item.FlowStarted),
        V1.Event.KindOneofCase.FlowEnded => Describe(item.FlowEnded),
        V1.Event.KindOneofCase.Lost => item.Lost.Count == 0 ? "whatever happened meanwhile" : $"{item.Lost.Count} events",
        _ => "",
    };

    private static string Describe(V1.FlowRecord flow)
    {
        V1.FlowKey key = flow.Key;
        string verdict = flow.DropReason.Length == 0 ? "" : $", dropped: {flow.DropReason}";
        string rule = flow.RuleId.Length == 0 ? "" : $", rule {flow.RuleId}";
        string end = flow.EndReason.Length == 0 ? "" : $", {flow.EndReason} after {flow.Packets} packets";

        return $"{ProtocolText.Of(key.Protocol)} {FlowColumns.EndOf(key.Source, key.SourcePort)} > {FlowColumns.EndOf(key.Destination, key.DestinationPort)} in vrf {key.Vrf}{verdict}{rule}{end}";
    }
}

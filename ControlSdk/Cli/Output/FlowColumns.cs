namespace VRouter.ControlSdk.Cli;

/// <summary>What a list of flows shows of each.</summary>
internal static class FlowColumns
{
    /// <summary>Of flows that stand.</summary>
    public static IReadOnlyList<Column<V1.FlowRecord>> Standing { get; } =
    [
        new("VRF", flow => Amount.Of(flow.Key.Vrf), IsNumber: true),
        new("IF", flow => Amount.OrNothing(flow.Key.Interface), IsNumber: true),
        new("PROTO", flow => ProtocolText.Of(flow.Key.Protocol)),
        new("SOURCE", flow => EndOf(flow.Key.Source, flow.Key.SourcePort)),
        new("DESTINATION", flow => EndOf(flow.Key.Destination, flow.Key.DestinationPort)),
        new("ACTION", flow => flow.Action.ToString().ToUpperInvariant()),
        new("STATE", flow => flow.TcpState),
        new("PACKETS", flow => Amount.Of(flow.Packets), IsNumber: true),
        new("BYTES", flow => Amount.Of(flow.Bytes), IsNumber: true),
        new("AGE", flow => Amount.Since(flow.Started), IsNumber: true),
        new("IDLE", flow => Amount.Since(flow.LastSeen), IsNumber: true),
        new("RULE", flow => flow.RuleId),
        new("DROPPED FOR", flow => flow.DropReason),
    ];

    /// <summary>"10.0.0.1:80", "[2001:db8::1]:80".</summary>
    public static string EndOf(string address, uint port) =>
        port == 0 ? address
        : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{Amount.Of(port)}"
        : $"{address}:{Amount.Of(port)}";
}

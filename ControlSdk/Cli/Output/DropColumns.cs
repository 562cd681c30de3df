namespace VRouter.ControlSdk.Cli;

/// <summary>What a list of drops shows of each.</summary>
internal static class DropColumns
{
    public static IReadOnlyList<Column<V1.Drop>> All { get; } =
    [
        new("TIME", drop => Amount.TimeOf(drop.Time), Width: 12),
        new("IF", drop => Amount.OrNothing(drop.Interface), IsNumber: true, Width: 5),
        new("REASON", drop => drop.Reason, Width: 20),
        new("DECIDED BY", Decider, Width: 24),
        new("PACKET", drop => drop.Packet.IsEmpty ? "" : PacketSummary.Of(drop.Packet.Span)),
    ];

    private static string Decider(V1.Drop drop)
    {
        string by = drop.Object is null ? "" : ContractText.Describe(drop.Object);
        return drop.RuleId.Length == 0 ? by : by.Length == 0 ? $"rule {drop.RuleId}" : $"{by}, rule {drop.RuleId}";
    }
}

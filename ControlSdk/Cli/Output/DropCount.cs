namespace VRouter.ControlSdk.Cli;

/// <summary>How many packets were dropped for a reason: in all, or of those that came in at one interface.</summary>
internal sealed record DropCount(string Reason, string Where, ulong Packets)
{
    public static IReadOnlyList<Column<DropCount>> Columns { get; } =
    [
        new("REASON", count => count.Reason),
        new("INTERFACE", count => count.Where),
        new("PACKETS", count => Amount.Of(count.Packets), IsNumber: true),
    ];

    /// <summary>Each reason, the most frequent first, and behind it the interfaces.</summary>
    public static IEnumerable<DropCount> Of(V1.Counters counters)
    {
        foreach ((string reason, ulong all) in counters.Drops.OrderByDescending(drop => drop.Value))
        {
            yield return new DropCount(reason, "all", all);

            foreach (V1.InterfaceCounters vif in counters.Interfaces.Where(vif => vif.Drops.ContainsKey(reason)).OrderByDescending(vif => vif.Drops[reason]))
            {
                yield return new DropCount(reason, Amount.Of(vif.Interface), vif.Drops[reason]);
            }
        }
    }
}

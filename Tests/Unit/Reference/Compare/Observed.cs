using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>What became of a packet, in words that can be compared: whatever was dropped and why, whatever was sent where and how it read.</summary>
internal static class Observed
{
    public static string Of(IReadOnlyList<Outcome> outcomes) => Of(
        outcomes.SelectMany(outcome => new[] { (outcome.Reason, outcome.Rule), (outcome.ReasonOfError, "") }).Where(drop => drop.Item1 != DropReason.None),
        outcomes.SelectMany(outcome => outcome.Sent));

    public static string Of(TraceResult trace) => Of(
        new[] { (trace.DropReason, "") }.Where(drop => drop.DropReason != DropReason.None),
        trace.Outputs.Select(output => new Sent(output.Vif, TunnelFrames.Plain(output.Packet.ToArray()))));

    public static string Of(IEnumerable<(DropReason Reason, string Rule)> drops, IEnumerable<Sent> sent) => string.Join(Environment.NewLine,
        drops.Select(drop => $"    dropped {drop.Reason} {drop.Rule}".TrimEnd()).Order()
            .Concat(sent.Select(one => $"    sent out of {one.Vif}: {Convert.ToHexString(one.Frame)}").Order()));
}

using VRouter.Bench.Pipelines;
using VRouter.Bench.Traffic;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>
/// What is left of another scenario when nothing is decided: the same packets through the same ports, the same cache
/// lines touched, as many header bytes copied.
/// </summary>
internal sealed class Limit(Scenario like) : Scenario
{
    /// <summary>Its name, and the one that the command line knows.</summary>
    public const string Word = "limit";

    public override string Name => Word;

    public override string Summary => $"the packets, ports, cache lines and copies of another scenario (by default {like.Name}), deciding nothing";

    public override VifId Ingress => like.Ingress;

    public override VifId Egress => like.Egress;

    public override int BytesInFront => like.BytesInFront;

    public override int BytesWritten => like.BytesWritten;

    public override IpLayout Layout => like.Layout;

    public override bool HasFlows => like.HasFlows;

    public override bool IsPlain => false;

    public override int PacketsAFlow => like.PacketsAFlow;

    public override Plan Adapt(Plan plan) => like.Adapt(plan);

    public override FlowTurns TurnsOf(int flows) => like.TurnsOf(flows);

    public override Transaction Configure(Plan plan) => new();

    public override void Write(Span<byte> packet, int number) => like.Write(packet, number);

    public override int NumberOf(ReadOnlySpan<byte> packet) => like.NumberOf(packet);

    public override IPipeline Open(Plan plan) => new LimitPipeline(this, plan);
}

using VRouter.Bench.Traffic;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>The packets of another scenario, to other ends.</summary>
internal abstract class Derived(Scenario like) : Scenario
{
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

    public override Transaction Configure(Plan plan) => like.Configure(plan);

    public override void Write(Span<byte> packet, int number) => like.Write(packet, number);

    public override int NumberOf(ReadOnlySpan<byte> packet) => like.NumberOf(packet);

    public override bool IsRight(ReadOnlySpan<byte> packet) => like.IsRight(packet);
}

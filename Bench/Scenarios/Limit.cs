using VRouter.Bench.Pipelines;
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

    public override Transaction Configure(int destinations) => new();

    public override void Write(Span<byte> packet, int flow) => like.Write(packet, flow);

    public override IPipeline Open(Plan plan) => new LimitPipeline(this, plan);
}

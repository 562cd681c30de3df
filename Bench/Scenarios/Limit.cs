using VRouter.Bench.Pipelines;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>
/// What is left of another scenario when nothing is decided: the same packets through the same ports, the same cache
/// lines touched, as many header bytes copied.
/// </summary>
internal sealed class Limit(Scenario like) : Derived(like)
{
    /// <summary>Its name, and the one that the command line knows.</summary>
    public const string Word = "limit";

    private readonly string _like = like.Name;

    public override string Name => Word;

    public override string Summary => $"the packets, ports, cache lines and copies of another scenario (by default {_like}), deciding nothing";

    public override Transaction Configure(Plan plan) => new();

    public override bool IsRight(ReadOnlySpan<byte> packet) => true;

    public override IPipeline Open(Plan plan) => new LimitPipeline(this, plan);
}

using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A phase and what was seen in it.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Checks">Its checks, in order.</param>
/// <param name="Wire">Packets that passed the first node's fabric port.</param>
internal sealed record PhaseResult(Phase Phase, IReadOnlyList<CheckResult> Checks, FabricCounts Wire)
{
    /// <summary>Bytes that were moved and found right.</summary>
    public long Bytes => Checks.Sum(check => check.Outcome.Bytes);

    /// <summary>Who answered requests to the service, a name for each.</summary>
    public IEnumerable<string> Answers => Checks.SelectMany(check => check.Outcome.Answers ?? []);

    /// <summary>How long that took.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Checks.Sum(check => check.Outcome.Elapsed.Ticks));

    /// <summary>Whether tunnel packets were of the phase's encapsulation, all of them.</summary>
    public bool IsEncapsulatedAsAsked => Phase.Encapsulation == Encapsulation.Vxlan
        ? Wire is { Vxlan: > 0, MplsOverUdp: 0 }
        : Wire is { Vxlan: 0, MplsOverUdp: > 0 };
}

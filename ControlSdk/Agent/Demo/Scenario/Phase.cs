using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A part of the demo: how the nodes are programmed, and what must hold then.</summary>
internal sealed record Phase(string Title, Encapsulation Encapsulation, IReadOnlyList<Check> Checks)
{
    /// <summary>What the networks have in common: they are joined for it. Null: they have nothing.</summary>
    public Service? Service { get; init; }

    /// <summary>For names of files.</summary>
    public string Name => Title.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}

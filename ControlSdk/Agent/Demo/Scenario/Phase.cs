using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A part of the demo: how the nodes are programmed, and what must hold then.</summary>
internal sealed record Phase(string Title, Encapsulation Encapsulation, IReadOnlyList<Check> Checks);

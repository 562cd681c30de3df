using VRouter.Bench.Scenarios;

namespace VRouter.Bench.Io;

/// <summary>The frames that are sent over wires: the smallest of some flows.</summary>
internal static class IoFrames
{
    /// <summary>Flows, each to a destination of its own.</summary>
    public const int Flows = 64;

    /// <summary>How a scenario is set up.</summary>
    public static Plan PlanOf(Scenario scenario) => scenario.Adapt(new Plan(Flows));

    /// <summary>All packets of each flow.</summary>
    public static IReadOnlyList<byte[]> Of(Scenario scenario) => [.. Enumerable.Range(0, Flows * scenario.PacketsAFlow).Select(number =>
    {
        byte[] frame = new byte[scenario.LengthOf(PlanOf(scenario).Frame)];
        scenario.Write(frame, number);
        return frame;
    })];
}

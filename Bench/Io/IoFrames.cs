using VRouter.Bench.Scenarios;

namespace VRouter.Bench.Io;

/// <summary>The frames that are sent over wires: the smallest of some flows.</summary>
internal static class IoFrames
{
    /// <summary>Flows, each to a destination of its own.</summary>
    public const int Flows = 64;

    /// <summary>Bytes of a tenant's frame.</summary>
    public const int FrameLength = 60;

    /// <summary>A frame of each flow.</summary>
    public static IReadOnlyList<byte[]> Of(Scenario scenario) => [.. Enumerable.Range(0, Flows).Select(flow =>
    {
        byte[] frame = new byte[scenario.LengthOf(FrameLength)];
        scenario.Write(frame, flow);
        return frame;
    })];
}

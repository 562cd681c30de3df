using System.Numerics;
using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;

namespace VRouter.Bench;

/// <summary>How a scenario is to be measured.</summary>
/// <param name="Flows">Flows, each with addresses and ports of its own.</param>
/// <param name="Frame">Bytes of the tenants' Ethernet frames, without FCS and without tunnel headers.</param>
/// <param name="Workers">Threads that forward.</param>
/// <param name="Batch">Packets a worker takes at a time.</param>
/// <param name="Seconds">Time to measure.</param>
/// <param name="Repeat">How often.</param>
internal sealed record Plan(int Flows, int Frame = 60, int Workers = 1, int Batch = 64, double Seconds = 1, int Repeat = 1)
{
    // For ports and workers to work with.
    private const int FramesBeside = 1024, RingBetweenWorkers = 1024;

    /// <summary>Rules of the sender's security group, where a scenario is about rules.</summary>
    public int Rules { get; init; } = 1000;

    /// <summary>Members of a group of next hops, where a scenario is about these.</summary>
    public int Members { get; init; } = 8;

    /// <summary>Rings of the Memory ports: a batch and room for what was not collected; small, to stay in the first cache. What workers hand over comes in bursts.</summary>
    public int RingSize => Workers == 1 ? 2 * (int)BitOperations.RoundUpToPowerOf2((uint)Batch) : RingBetweenWorkers;

    /// <summary>Frames for the generators of a scenario, and some to work with.</summary>
    public int FramesFor(Scenario scenario) =>
        Enumerable.Range(0, Workers).Sum(worker => new Share(Flows, Workers, worker).Frames * scenario.PacketsAFlow + FramesBeside);
}

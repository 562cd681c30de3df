using System.Numerics;
using VRouter.Bench.Traffic;

namespace VRouter.Bench;

/// <summary>How a scenario is to be measured.</summary>
/// <param name="Flows">Destinations.</param>
/// <param name="Frame">Bytes of the tenants' Ethernet frames, without FCS and without tunnel headers.</param>
/// <param name="Workers">Threads that forward.</param>
/// <param name="Batch">Packets a worker takes at a time.</param>
/// <param name="Seconds">Time to measure.</param>
/// <param name="Repeat">How often.</param>
internal sealed record Plan(int Flows, int Frame, int Workers, int Batch, double Seconds, int Repeat)
{
    /// <summary>Frames for the generators, and some to work with.</summary>
    public int Frames => Workers * (Generator.FramesFor(Flows) + 1024);

    /// <summary>Rings of the Memory ports: a batch and room for what was not collected; small, to stay in the first cache.</summary>
    public int RingSize => 2 * (int)BitOperations.RoundUpToPowerOf2((uint)Batch);
}

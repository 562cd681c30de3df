namespace VRouter.Bench.Traffic;

/// <summary>The part of all flows that one generator sends: what arrives at one queue. Destinations are dealt out to the workers in turn.</summary>
internal readonly struct Share(int flows, int workers, int worker)
{
    /// <summary>Frames of one generator that each stand for other packets, at least and at most.</summary>
    public const int FewestFrames = 4096, MostFrames = 65536;

    private readonly int _destinations = FlowTurns.DestinationsOf(flows);
    private readonly int _turns = FlowTurns.Of(flows).Most;

    /// <summary>Frames, each with a packet of one of the first flows.</summary>
    public int Frames => Math.Clamp(Dealt, FewestFrames, MostFrames);

    /// <summary>Packets after which each flow has sent one.</summary>
    public int PacketsOfAllFlows => Frames * _turns;

    /// <summary>The flow that a frame, by its number, stands for at first.</summary>
    public int FlowAt(int frame) => (frame % Dealt * workers + worker) % _destinations;

    // One at least: where there are fewer destinations than workers, some send the same.
    private int Dealt => Math.Max(1, (_destinations - worker + workers - 1) / workers);
}

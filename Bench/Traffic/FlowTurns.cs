namespace VRouter.Bench.Traffic;

/// <summary>
/// How few frames stand for many flows: a frame keeps its destination and takes the next source port each time it comes round.
/// Flow n goes to destination n % 65,536, from a port of its own among those to that destination.
/// </summary>
/// <param name="Most">How many flows a frame stands for.</param>
/// <param name="DestinationsWithMost">From which destination on it is one less.</param>
internal readonly record struct FlowTurns(int Most, int DestinationsWithMost)
{
    /// <summary>Destinations, at most: then tables of routes do not grow with flows.</summary>
    public const int Destinations = 1 << 16;

    /// <summary>The source port of the first turn.</summary>
    public const ushort FirstPort = 1024;

    /// <summary>Always another one: no flow comes again before 64,512 have been to its destination.</summary>
    public static FlowTurns Endless { get; } = new((1 << 16) - FirstPort, Destinations);

    /// <summary>So many flows, over and over.</summary>
    public static FlowTurns Of(int flows)
    {
        int most = (flows + Destinations - 1) / Destinations;
        return new FlowTurns(most, flows - (most - 1) * Destinations);
    }

    /// <summary>Destinations of so many flows.</summary>
    public static int DestinationsOf(int flows) => Math.Min(flows, Destinations);

    /// <summary>The number of the flow that goes there from that port.</summary>
    public static int FlowOf(ushort destination, ushort port) => destination + (port - FirstPort) * Destinations;

    /// <summary>The number of a flow's destination.</summary>
    public static ushort DestinationOf(int flow) => (ushort)(flow % Destinations);

    /// <summary>The port that a flow comes from.</summary>
    public static ushort PortOf(int flow) => (ushort)(FirstPort + flow / Destinations);

    /// <summary>What lies in front of the payload, so that the UDP checksum is the same whatever the port.</summary>
    public static ushort Balance(ushort port) => (ushort)(ushort.MaxValue + FirstPort - port);

    /// <summary>The port that comes after this one.</summary>
    public ushort PortAfter(ushort port, ushort destination)
    {
        int turn = port - FirstPort + 1;
        return (ushort)(turn == (destination < DestinationsWithMost ? Most : Most - 1) ? FirstPort : FirstPort + turn);
    }
}

using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>What all workers share: frames, routes, next hops, neighbours, links and limits.</summary>
internal sealed class Tables : IDisposable
{
    /// <summary>ICMP errors a second and vif (semantics, section 3).</summary>
    private const int ErrorsPerSecond = 100;

    /// <summary>Answers to ARP, ND and echo a second and vif: more than any host asks for, less than a flood.</summary>
    private const int AnswersPerSecond = 10_000;

    /// <summary>First requests a second and vif: what a guest that scans a connected prefix may make the underlay hear.</summary>
    private const int RequestsPerSecond = 1_000;

    /// <summary>The part of all frames that packets may wait in for neighbours.</summary>
    private const int HeldPart = 8;

    public Tables(FramePool frames)
    {
        Frames = frames;
        Neighbours = new NeighbourTable(frames.Region.Count / HeldPart);
        Editor = new StateEditor(Configuration, Routes, RouteGenerations, Neighbours, Credits);
    }

    public FramePool Frames { get; }

    public Configuration Configuration { get; } = new();

    public RouteStore Routes { get; } = new();

    public RouteGenerations RouteGenerations { get; } = new();

    /// <summary>The security groups, and the names of their rules.</summary>
    public PolicyStore Policies => Configuration.Policies;

    /// <summary>How many flows there may be, in all and of each vif.</summary>
    public FlowCredits Credits { get; } = new(Books.MostVifs);

    /// <summary>The members that clients keep.</summary>
    public Affinities Affinities { get; } = new();

    public NeighbourTable Neighbours { get; }

    public KernelNeighbours KernelNeighbours { get; } = new();

    public StateEditor Editor { get; }

    public LinkStates Links { get; } = new();

    public RateLimit Errors { get; } = new(ErrorsPerSecond);

    public RateLimit Answers { get; } = new(AnswersPerSecond);

    public RateLimit Requests { get; } = new(RequestsPerSecond);

    public Traps Traps { get; } = new();

    public void Dispose()
    {
        Editor.Dispose();
        Routes.Dispose();
        RouteGenerations.Dispose();
        Credits.Dispose();
        Affinities.Dispose();
        Neighbours.Dispose();
        Links.Dispose();
        Errors.Dispose();
        Answers.Dispose();
        Requests.Dispose();
        Traps.Dispose();
    }
}

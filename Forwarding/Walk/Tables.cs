using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>What all workers share: frames, routes, next hops, neighbours, links and limits.</summary>
internal sealed class Tables : IDisposable
{
    /// <summary>ICMP errors a second and vif (semantics, section 3).</summary>
    private const int ErrorsPerSecond = 100;

    /// <summary>Answers to ARP, ND and echo a second and vif: more than any host asks for, less than a flood.</summary>
    private const int AnswersPerSecond = 10_000;

    public Tables(FramePool frames)
    {
        Frames = frames;
        Editor = new StateEditor(Configuration, Routes, Neighbours);
    }

    public FramePool Frames { get; }

    public Configuration Configuration { get; } = new();

    public RouteStore Routes { get; } = new();

    public NeighbourTable Neighbours { get; } = new();

    public KernelNeighbours KernelNeighbours { get; } = new();

    public StateEditor Editor { get; }

    public LinkStates Links { get; } = new();

    public RateLimit Errors { get; } = new(ErrorsPerSecond);

    public RateLimit Answers { get; } = new(AnswersPerSecond);

    public void Dispose()
    {
        Editor.Dispose();
        Routes.Dispose();
        Neighbours.Dispose();
        Links.Dispose();
        Errors.Dispose();
        Answers.Dispose();
    }
}

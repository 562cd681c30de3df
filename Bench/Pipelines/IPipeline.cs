using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Pipelines;

/// <summary>What lies between two Memory ports and is measured.</summary>
internal interface IPipeline : IDisposable
{
    /// <summary>The packet memory.</summary>
    FramePool Frames { get; }

    /// <summary>Where packets arrive, one queue a worker.</summary>
    MemoryPort Ingress { get; }

    /// <summary>Where they leave, one queue a worker.</summary>
    MemoryPort Egress { get; }

    /// <summary>What changes while it is measured; null = nothing.</summary>
    Changes? Changes { get; }

    /// <summary>One round of one worker, on the calling thread.</summary>
    void Step(int worker);

    /// <summary>What has been counted so far; null where nothing is.</summary>
    Counters? ReadCounters();
}

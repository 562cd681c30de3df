using System.Diagnostics;
using VRouter.Native;

namespace VRouter.Bench.Flood;

/// <summary>The time of the worker's own thread, in nanoseconds, and whether the thread had its processor all the time.</summary>
internal sealed class WorkerClock
{
    // A clock is read in less, and an interrupt is over.
    private const long Aside = 50_000;

    private long _wall = Stopwatch.GetTimestamp();

    /// <summary>What it was when it was last read.</summary>
    public long Now { get; private set; } = ThreadClock.Nanoseconds;

    /// <summary>Reads it. False: since it was last read somebody else has had the processor, and all that it keeps of memory.</summary>
    public bool TryRead()
    {
        long thread = Now, wall = _wall;
        Now = ThreadClock.Nanoseconds;
        _wall = Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(wall, _wall).TotalNanoseconds - (Now - thread) < Aside;
    }
}

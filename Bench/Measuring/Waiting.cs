using System.Diagnostics;

namespace VRouter.Bench.Measuring;

/// <summary>Waits for what other programs and the kernel do, until it is asked to stop.</summary>
internal sealed class Waiting(CancellationToken stop)
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits so long.</summary>
    /// <exception cref="OperationCanceledException">Asked to stop.</exception>
    public void For(TimeSpan time)
    {
        stop.WaitHandle.WaitOne(time);
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until it is so.</summary>
    /// <exception cref="BenchException">It took too long: the complaint.</exception>
    /// <exception cref="OperationCanceledException">Asked to stop.</exception>
    public void Until(Func<bool> isSo, TimeSpan patience, string complaint)
    {
        for (long start = Stopwatch.GetTimestamp(); !isSo(); For(s_betweenLooks))
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                throw new BenchException(complaint);
            }
        }
    }
}

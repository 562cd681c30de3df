using VRouter.Native;

namespace VRouter.Bench.Measuring;

/// <summary>Runs lanes at the same time, each on a thread and, while they last, a processor of its own.</summary>
internal static class LaneThreads
{
    // From the last one down: the first one has most of the interrupts.
    private static readonly IReadOnlyList<int> s_cpus = CpuAffinity.Usable();

    /// <summary>Runs all lanes for so long; they start together.</summary>
    public static WorkerWindow[] Run(IReadOnlyList<Lane> lanes, double seconds)
    {
        var windows = new WorkerWindow[lanes.Count];
        var failures = new Exception?[lanes.Count];
        using var start = new Barrier(lanes.Count);
        Thread[] threads = [.. lanes.Select((lane, index) => new Thread(() => Run(lane, index)))];

        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        return failures.FirstOrDefault(failure => failure is not null) is { } failed
            ? throw new BenchException($"a worker failed: {failed}")
            : windows;

        void Run(Lane lane, int index)
        {
            try
            {
                CpuAffinity.PinCurrentThread(s_cpus[^(1 + index % s_cpus.Count)]);
                using PerfCounter? counter = PerfCounter.TryOpenCycles();
                start.SignalAndWait();
                windows[index] = lane.Run(seconds, counter);
            }
            catch (Exception failure)
            {
                failures[index] = failure;
            }
        }
    }
}

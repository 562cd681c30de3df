using VRouter.Bench.Measuring;

namespace VRouter.Bench.Control;

/// <summary>Does the same again and again, on a thread with a processor of its own, while something else goes on.</summary>
internal static class PinnedLoop
{
    /// <summary>Runs until <paramref name="meanwhile"/> is done.</summary>
    /// <exception cref="BenchException">One of them failed.</exception>
    public static async Task RunAsync(Action turn, Func<Task> meanwhile)
    {
        using var stop = new CancellationTokenSource();
        Task loop = Task.Factory.StartNew(() => OwnThread.Run(() => Repeat(turn, stop.Token)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        try
        {
            // Whichever fails first is told, and nobody waits for the other for ever.
            await await Task.WhenAny(loop, meanwhile());
        }
        finally
        {
            await stop.CancelAsync();
            await loop;
        }
    }

    private static void Repeat(Action turn, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            turn();
        }
    }
}

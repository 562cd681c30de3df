using VRouter.Native;

namespace VRouter.Bench.Measuring;

/// <summary>A thread with a processor of its own: what the main thread starts is not to be pinned too.</summary>
internal static class OwnThread
{
    /// <summary>Does something on one, and waits until it is done.</summary>
    /// <exception cref="BenchException">It failed.</exception>
    public static void Run(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                CpuAffinity.PinCurrentThread(CpuAffinity.Usable()[^1]);
                action();
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });

        thread.Start();
        thread.Join();

        if (failure is not null)
        {
            throw new BenchException(failure is BenchException ? failure.Message : failure.ToString());
        }
    }
}

namespace VRouter.Forwarding;

/// <summary>
/// Takes the memory that flow tables will need next, away from the workers: the kernel clears a huge page in some 100 us, which no packet is
/// to wait for. While nothing grows it hardly looks.
/// </summary>
internal sealed class FlowMemory : IDisposable
{
    private const int QuietRounds = 100;

    private static readonly TimeSpan s_often = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_seldom = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyList<Worker> _workers;
    private readonly Lock _touching = new();
    private readonly Timer _timer;
    private int _quiet;
    private bool _disposed;

    public FlowMemory(IReadOnlyList<Worker> workers)
    {
        _workers = workers;

        // Set going once there is a timer: on a busy machine its time may come first.
        _timer = new Timer(_ => Touch());
        _timer.Change(s_often, Timeout.InfiniteTimeSpan);
    }

    /// <summary>After this nothing is touched any more.</summary>
    public void Dispose()
    {
        lock (_touching)
        {
            _disposed = true;
            _timer.Dispose();
        }
    }

    private void Touch()
    {
        lock (_touching)
        {
            if (_disposed)
            {
                return;
            }

            bool any = false;

            foreach (Worker worker in _workers)
            {
                any |= worker.Flows.Table.TouchAhead();
            }

            _quiet = any ? 0 : Math.Min(_quiet + 1, QuietRounds);
            _timer.Change(_quiet < QuietRounds ? s_often : s_seldom, Timeout.InfiniteTimeSpan);
        }
    }
}

namespace VRouter.ControlSdk.Server;

/// <summary>Events that the data plane keeps until somebody asks for them.</summary>
internal abstract class PolledStream(EventJournal journal, EventScope scope) : EventStream(journal, scope, TimeProvider.System)
{
    private CancellationTokenSource? _stop;
    private Task _polling = Task.CompletedTask;

    /// <inheritdoc/>
    protected override void Start()
    {
        _stop = new CancellationTokenSource();
        _polling = PollAsync(_stop.Token);
    }

    /// <inheritdoc/>
    protected override void Stop()
    {
        _stop!.Cancel();
        _polling.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    /// <summary>Takes what there is, and says how long to wait before the next look.</summary>
    protected abstract TimeSpan Take();

    private async Task PollAsync(CancellationToken stop)
    {
        await Task.Yield();

        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(Take(), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (ObjectDisposedException)
        {
            // The data plane went before the server that speaks of it.
        }
    }
}

namespace VRouter.ControlSdk.Server;

/// <summary>Wakes one watcher when there is more in the journal.</summary>
internal sealed class JournalSignal(Action<JournalSignal> unsubscribe) : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    /// <summary>Waits until there may be more than when this was last waited for.</summary>
    public Task WaitAsync(CancellationToken stop) => _signal.WaitAsync(stop);

    /// <summary>Called by the journal alone, one at a time.</summary>
    public void Set()
    {
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        unsubscribe(this);
        _signal.Dispose();
    }
}

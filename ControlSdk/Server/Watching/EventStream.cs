namespace VRouter.ControlSdk.Server;

/// <summary>
/// Brings events of one kind into the journal while somebody watches, and for a while after, so that a watcher whose connection broke
/// misses nothing. While nobody does, it asks nothing of the data plane.
/// </summary>
internal abstract class EventStream(EventJournal journal, EventScope scope, TimeProvider clock) : IDisposable
{
    /// <summary>Also the longest that a watch may have been broken to be resumed.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private int _users;
    private long _idleSince;
    private ITimer? _ending;
    private bool _isOn;

    public EventScope Scope => scope;

    /// <summary>The journal has every event of this kind from this number on.</summary>
    public long CompleteSince { get; private set; }

    protected EventJournal Journal => journal;

    /// <summary>Begins to bring events, until the last user has gone.</summary>
    public void Use()
    {
        lock (_lock)
        {
            _users++;

            if (!_isOn)
            {
                _isOn = true;
                CompleteSince = journal.Next;
                Start();
            }
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                _idleSince = clock.GetTimestamp();
                _ending ??= clock.CreateTimer(_ => EndIfIdle(), null, s_linger, s_linger);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _ending?.Dispose();
            End();
        }
    }

    protected abstract void Start();

    protected abstract void Stop();

    private void EndIfIdle()
    {
        lock (_lock)
        {
            if (_users == 0 && clock.GetElapsedTime(_idleSince) >= s_linger)
            {
                End();
            }
        }
    }

    private void End()
    {
        if (_isOn)
        {
            _isOn = false;
            Stop();
        }
    }
}

namespace VRouter.ControlSdk;

/// <summary>
/// Hears what happens to a vRouter's state. Our own changes are heard of too: what was heard is set off against what was done, and when
/// nothing more comes and something is left over, somebody else was at work.
/// </summary>
internal sealed class DriftWatch(V1.Control.ControlClient control, Action wake)
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private string _instanceId = "";
    private long _unheard;
    private bool _hasDrifted;

    /// <summary>Whether the vRouter may be other than it was left; once for each time.</summary>
    public bool TakeDrift()
    {
        lock (_lock)
        {
            bool hasDrifted = _hasDrifted;
            _hasDrifted = false;
            return hasDrifted;
        }
    }

    /// <summary>We have changed as many objects.</summary>
    public void Expect(long changes)
    {
        lock (_lock)
        {
            _unheard += changes;
        }
    }

    /// <summary>Listens until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var watch = new ResumingWatch(control, new V1.WatchRequest { Objects = true });
        using var quiet = new Timer(_ => Balance());

        await foreach (V1.Event item in watch.ReadAsync(stop))
        {
            Hear(item, watch.IsListing);
            quiet.Change(s_quiet, Timeout.InfiniteTimeSpan);
        }
    }

    private void Hear(V1.Event item, bool isListing)
    {
        bool isRestarted;

        lock (_lock)
        {
            isRestarted = _instanceId.Length > 0 && item.InstanceId != _instanceId;
            _instanceId = item.InstanceId;

            // Of what was lost nobody can say what it was.
            _hasDrifted |= isRestarted || item.KindCase == V1.Event.KindOneofCase.Lost;

            if (!isListing && item.KindCase is V1.Event.KindOneofCase.Applied or V1.Event.KindOneofCase.Deleted)
            {
                _unheard--;
            }
        }

        if (isRestarted)
        {
            wake();
        }
    }

    private void Balance()
    {
        lock (_lock)
        {
            _hasDrifted |= _unheard != 0;
            _unheard = 0;

            if (!_hasDrifted)
            {
                return;
            }
        }

        wake();
    }
}

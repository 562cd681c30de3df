namespace VRouter.ControlSdk;

/// <summary>
/// Hears what happens to a vRouter's state. Our own changes are heard of too: what was heard is set off against what was done, and when
/// nothing more comes and something is left over, somebody else was at work.
/// </summary>
internal sealed class DriftWatch(V1.Control.ControlClient control, Action wake)
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private string _heardFrom = "";
    private string _left = "";
    private int _starts;
    private long _unheard;
    private bool _hasDrifted;

    /// <summary>Before the vRouter is brought where it is wanted: whether it may be other than it was left, and how many starts of it were heard of.</summary>
    public (bool HasDrifted, int Starts) Begin()
    {
        lock (_lock)
        {
            (bool, int) state = (_hasDrifted, _starts);
            _hasDrifted = false;
            return state;
        }
    }

    /// <summary>The vRouter is where it is wanted.</summary>
    /// <param name="instanceId">Which start of it.</param>
    /// <param name="changes">How many changes that took.</param>
    /// <param name="starts">How many starts had been heard of before: one that was heard of since is a later one than this.</param>
    public void End(string instanceId, long changes, int starts)
    {
        bool isOver;

        lock (_lock)
        {
            _left = instanceId;
            _unheard += changes;
            isOver = _starts != starts && _heardFrom != instanceId;
            _hasDrifted |= isOver;
        }

        if (isOver)
        {
            wake();
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
        bool isAnother;

        lock (_lock)
        {
            bool isNew = item.InstanceId != _heardFrom;
            isAnother = isNew && _left.Length > 0 && item.InstanceId != _left;
            _starts += isNew ? 1 : 0;
            _heardFrom = item.InstanceId;

            // Of what was lost nobody can say what it was.
            _hasDrifted |= isAnother || item.KindCase == V1.Event.KindOneofCase.Lost;

            // What stands holds what was done before, and nothing is heard of that.
            _unheard = item.KindCase switch
            {
                V1.Event.KindOneofCase.Applied or V1.Event.KindOneofCase.Deleted when !isListing => _unheard - 1,
                V1.Event.KindOneofCase.Synced => 0,
                _ => _unheard,
            };
        }

        if (isAnother)
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

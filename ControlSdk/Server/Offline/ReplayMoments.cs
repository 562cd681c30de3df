namespace VRouter.ControlSdk.Server;

/// <summary>
/// When packets walked, to the nanosecond. A data plane keeps the times of flows in milliseconds from its start: told here, they are the
/// capture's again, exact as long as packets are a millisecond apart.
/// </summary>
internal sealed class ReplayMoments(long start)
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    // The first one of each millisecond that has any.
    private readonly List<long> _moments = [start];

    /// <summary>Notes that the clock stands there; it never runs backwards.</summary>
    public void Add(long nanoseconds)
    {
        if (MillisecondOf(nanoseconds) > MillisecondOf(_moments[^1]))
        {
            _moments.Add(nanoseconds);
        }
    }

    /// <summary>The moment that was so many milliseconds behind the start.</summary>
    public long Find(long milliseconds)
    {
        int place = _moments.BinarySearch(start + milliseconds * NanosecondsPerMillisecond);
        int next = place >= 0 ? place : ~place;

        return next < _moments.Count && MillisecondOf(_moments[next]) == milliseconds
            ? _moments[next]
            : start + milliseconds * NanosecondsPerMillisecond;
    }

    private long MillisecondOf(long nanoseconds) => (nanoseconds - start) / NanosecondsPerMillisecond;
}

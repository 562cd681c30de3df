namespace VRouter.ControlSdk.Server;

/// <summary>How far a watcher has read.</summary>
/// <param name="next">The number of the event to read next.</param>
/// <param name="passed">By kind: how many events there were before that one.</param>
internal sealed class JournalCursor(long next, long[] passed)
{
    public long Next { get; set; } = next;

    public long[] Passed { get; } = passed;

    /// <summary>Events that were gone before they were read, since this was last set to 0.</summary>
    public long Lost { get; set; }

    /// <summary>Goes on at the first event that is still there.</summary>
    /// <param name="first">Its number.</param>
    /// <param name="gone">By kind: how many events there were before it.</param>
    /// <param name="scopes">The kinds that are missed.</param>
    public void SkipTo(long first, long[] gone, EventScope scopes)
    {
        if (Next >= first)
        {
            return;
        }

        for (int kind = 0; kind < gone.Length; kind++)
        {
            Lost += ((EventScope)kind & scopes) != 0 ? gone[kind] - Passed[kind] : 0;
            Passed[kind] = gone[kind];
        }

        Next = first;
    }
}

using System.Runtime.CompilerServices;

namespace VRouter.ControlSdk.Cli;

/// <summary>Events of a vRouter that is there: a watch would wait for it to come.</summary>
internal static class EventFeed
{
    /// <summary>Reads them, over restarts of the vRouter, until Ctrl-C.</summary>
    /// <param name="session">Of which vRouter.</param>
    /// <param name="request">What is watched.</param>
    /// <param name="showsStanding">Whether what stands comes first, and again after a gap.</param>
    public static async IAsyncEnumerable<V1.Event> ReadAsync(Session session, V1.WatchRequest request, bool showsStanding)
    {
        await session.AskAsync(stop => session.Client.GetCountersAsync(stop: stop));

        await foreach (V1.Event item in ReadAsync(session.Client.WatchAsync(request, session.Stop), showsStanding))
        {
            yield return item;
        }
    }

    private static async IAsyncEnumerable<V1.Event> ReadAsync(
        IAsyncEnumerable<V1.Event> events, bool showsStanding, [EnumeratorCancellation] CancellationToken stop = default)
    {
        bool isStanding = true;

        await foreach (V1.Event item in events.WithCancellation(stop))
        {
            switch (item.KindCase)
            {
                case V1.Event.KindOneofCase.Synced:
                    isStanding = false;
                    break;

                // Missed without a number: nobody knows what, and what stands comes again.
                case V1.Event.KindOneofCase.Lost:
                    isStanding |= item.Lost.Count == 0;
                    yield return item;
                    break;

                default:
                    if (showsStanding || !isStanding)
                    {
                        yield return item;
                    }

                    break;
            }
        }
    }
}

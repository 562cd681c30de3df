using System.Diagnostics;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Control;

/// <summary>Many watchers of more flows than they can be told of.</summary>
internal static class WatchBench
{
    private const int EventsPerSecond = 100_000, Batch = 64;

    // Each direction of a pair begins and ends.
    private const int EventsOfAPair = 4;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100), s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Lets flows begin and end at their pace, and counts what becomes of their events.</summary>
    public static async Task<WatchFigures> MeasureAsync(int count, double seconds)
    {
        await using ForwardingSite site = await ForwardingSite.StartAsync("setup", flows: 4096);
        await SendAsync(site, seconds: 0);
        long none = site.ReadCounters().FlowsCreated;
        FlowWatcher[] watchers = [.. Enumerable.Range(0, count).Select(_ => new FlowWatcher(site.Address))];
        await Task.WhenAll(watchers.Select(watcher => watcher.Synced));

        // Once for the memory of what is pooled and compiled.
        await SendAsync(site, seconds / 2);
        long warmUp = EventsSince(none, site);
        await SettleAsync(watchers, warmUp);
        long before = ProcessMemory.Resident();
        double seen = watchers.Average(watcher => watcher.Seen), lost = watchers.Average(watcher => watcher.Lost);

        long peak = await SendAsync(site, seconds);
        long events = EventsSince(none, site);
        int wrong = await SettleAsync(watchers, events);
        long grown = ProcessMemory.Resident() - before;
        seen = watchers.Average(watcher => watcher.Seen) - seen;
        lost = watchers.Average(watcher => watcher.Lost) - lost;
        events -= warmUp;
        await Task.WhenAll(watchers.Select(watcher => watcher.DisposeAsync().AsTask()));

        return new WatchFigures(
            "watch", count, Math.Round(events / seconds), Math.Round(seen / seconds), Math.Round(seen / events, 4), Math.Round(lost / events, 4), wrong,
            Math.Max(0, peak - before), grown);
    }

    // A flow begins and ends.
    private static long EventsSince(long created, ForwardingSite site) => 2 * (site.ReadCounters().FlowsCreated - created);

    /// <summary>Sends for so long, and until the last flow has timed out; the most memory that the process had meanwhile.</summary>
    private static async Task<long> SendAsync(ForwardingSite site, double seconds)
    {
        long start = Stopwatch.GetTimestamp(), sent = 0, peak = 0;

        await PinnedLoop.RunAsync(
            () =>
            {
                long due = (long)(Math.Min(Stopwatch.GetElapsedTime(start).TotalSeconds, seconds) * EventsPerSecond / EventsOfAPair) - sent;
                sent += due > 0 ? site.Lane.Deliver((int)Math.Min(due, Batch)) : 0;
                site.Lane.Step();
            },
            async () =>
            {
                while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds || site.ReadCounters().Flows > 0)
                {
                    await Task.Delay(s_look);
                    peak = Math.Max(peak, ProcessMemory.Now());
                }
            });

        return peak;
    }

    /// <summary>Waits until every watcher has been told of all events, or of their loss; how many have not.</summary>
    private static async Task<int> SettleAsync(FlowWatcher[] watchers, long events)
    {
        long start = Stopwatch.GetTimestamp();
        int Wrong() => watchers.Count(watcher => watcher.Seen + watcher.Lost != events);

        while (Wrong() > 0 && Stopwatch.GetElapsedTime(start) < s_patience)
        {
            await Task.Delay(s_look);
        }

        return Wrong();
    }
}

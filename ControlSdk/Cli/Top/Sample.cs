using System.Diagnostics;

namespace VRouter.ControlSdk.Cli;

/// <summary>Counters, and when they were read.</summary>
internal sealed record Sample(V1.Counters Counters, long Timestamp)
{
    public static async Task<Sample> TakeAsync(Session session)
    {
        V1.Counters counters = await session.AskAsync(stop => session.Client.GetCountersAsync(stop: stop));
        return new Sample(counters, Stopwatch.GetTimestamp());
    }
}

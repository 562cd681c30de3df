using System.Diagnostics;

namespace VRouter.ControlSdk.Cli;

/// <summary>Counters, and when they were read.</summary>
internal sealed record Sample(V1.Counters Counters, long Timestamp)
{
    public static async Task<Sample> TakeAsync(Session session)
    {
        V1.Counters counters = await session.Diagnostics.GetCountersAsync(new V1.CountersRequest(), session.Unary);
        return new Sample(counters, Stopwatch.GetTimestamp());
    }
}

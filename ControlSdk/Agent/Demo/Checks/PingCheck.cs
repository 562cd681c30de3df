using System.Globalization;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A pod pings an address.</summary>
internal sealed record PingCheck(Pod From, IpAddress To, string ToName) : Check(From, To, ToName)
{
    private const int Count = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public override string Verb => "ping";

    public override Outcome Run(ILab lab, Action<string> progress, CancellationToken stop)
    {
        List<TimeSpan> times = [];

        for (int number = 1; number <= Count; number++)
        {
            stop.ThrowIfCancellationRequested();
            progress($"{number} of {Count}");

            if (lab.Ping(From, To, Refusal is not null ? RefusedPatience : s_patience) is TimeSpan time)
            {
                times.Add(time);
            }
        }

        return Refusal is not null
            ? new Outcome(times.Count == 0, $"{times.Count} of {Count} answered", Packets: Count - times.Count)
            : new Outcome(times.Count == Count, $"{times.Count} of {Count} answered{Fastest(times)}");
    }

    private static string Fastest(List<TimeSpan> times) =>
        times.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {times.Min().TotalMilliseconds:0.000} ms");
}

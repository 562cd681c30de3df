using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Control;

/// <summary>What very many routes by ApplyStream take, and what they do to packets meanwhile.</summary>
/// <param name="Scenario">"apply-stream".</param>
/// <param name="Routes">Routes, a thousand a transaction.</param>
/// <param name="AddedPerSecond">Of new ones, to the last answer.</param>
/// <param name="ChangedPerSecond">Of the same with another next hop.</param>
/// <param name="CalmMpps">Packets forwarded at rest.</param>
/// <param name="Mpps">Packets forwarded while routes are added.</param>
/// <param name="Ratio">The one by the other.</param>
/// <param name="CalmP50Ns">What a single packet takes at rest: the median.</param>
/// <param name="CalmP999Ns">999 of 1,000 were not slower.</param>
/// <param name="P50Ns">The median while routes are changed.</param>
/// <param name="P999Ns">999 of 1,000 were not slower.</param>
/// <param name="Gen0">Garbage collections while they are changed, client's and server's.</param>
/// <param name="PausedMs">How long these stopped threads, in all.</param>
/// <param name="BytesPerRoute">By how much the process grew when they were added.</param>
/// <param name="ProcessBytes">How large it was then, frames, flows, client and all.</param>
internal sealed record ApplyStreamFigures(
    string Scenario, int Routes, double AddedPerSecond, double ChangedPerSecond, double CalmMpps, double Mpps, double Ratio,
    long CalmP50Ns, long CalmP999Ns, long P50Ns, long P999Ns, int Gen0, double PausedMs, long BytesPerRoute, long ProcessBytes) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario       routes    added/s  changed/s   calm Mpps   Mpps  ratio  calm p50 ns    p99.9   p50 ns    p99.9  gen0  paused ms  bytes a route  process MB";

    private const double Megabyte = 1e6;

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-12} {Routes,8} {AddedPerSecond,10:n0} {ChangedPerSecond,10:n0} {CalmMpps,11:f2} {Mpps,6:f2} {Ratio,6:f3} {CalmP50Ns,12} {CalmP999Ns,8} {P50Ns,8} {P999Ns,8} {Gen0,5} {PausedMs,10:f1} {BytesPerRoute,14} {ProcessBytes / Megabyte,11:f0}");
}

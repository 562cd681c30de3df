using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Control;

/// <summary>What becomes of events when there are more than watchers can be told of.</summary>
/// <param name="Scenario">"watch".</param>
/// <param name="Watchers">Watchers, a connection each.</param>
/// <param name="EventsPerSecond">Flows that began or ended, directions by themselves.</param>
/// <param name="ToldPerSecond">Of these, what a watcher was told, on average.</param>
/// <param name="Told">The share.</param>
/// <param name="Lost">The share that it was told to have missed.</param>
/// <param name="Miscounted">Watchers for whom both do not make up all events.</param>
/// <param name="PeakBytes">By how much the process had grown at most, clients included.</param>
/// <param name="GrownBytes">By how much it had in the end.</param>
internal sealed record WatchFigures(
    string Scenario, int Watchers, double EventsPerSecond, double ToldPerSecond, double Told, double Lost, int Miscounted, long PeakBytes, long GrownBytes) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario  watchers  events/s  each told/s    told    lost  miscounted  peak MB  grown MB";

    private const double Megabyte = 1e6;

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-8} {Watchers,9} {EventsPerSecond,9:n0} {ToldPerSecond,12:n0} {Told,7:f4} {Lost,7:f4} {Miscounted,11} {PeakBytes / Megabyte,8:f1} {GrownBytes / Megabyte,9:f1}");
}

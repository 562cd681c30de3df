using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Control;

/// <summary>What it costs to keep the state, and how soon it is back.</summary>
/// <param name="Scenario">"state".</param>
/// <param name="Routes">Routes that were streamed.</param>
/// <param name="RoutesPerSecond">Of them, with no state kept.</param>
/// <param name="KeptPerSecond">With the state kept, each answer behind the disk.</param>
/// <param name="ChangedPerSecond">The same when all are there and change.</param>
/// <param name="BytesPerRoute">Of the file, when all have been added.</param>
/// <param name="RestoreMs">From a new data plane to the same state.</param>
internal sealed record StateFigures(string Scenario, int Routes, double RoutesPerSecond, double KeptPerSecond, double ChangedPerSecond, double BytesPerRoute, double RestoreMs)
    : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario   routes  routes/s  kept/s  changed/s  bytes/route  restore ms";

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-8} {Routes,8} {RoutesPerSecond,9:f0} {KeptPerSecond,7:f0} {ChangedPerSecond,10:f0} {BytesPerRoute,12:f1} {RestoreMs,11:f0}");
}

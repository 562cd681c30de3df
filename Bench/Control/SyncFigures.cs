using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Control;

/// <summary>What it takes to say everything again when a little has changed.</summary>
/// <param name="Scenario">"sync".</param>
/// <param name="Objects">Objects that were sent.</param>
/// <param name="Changed">How many of them were not as they stood.</param>
/// <param name="Ms">From the call to its answer: the median.</param>
/// <param name="SlowestMs">The slowest.</param>
/// <param name="Flows">Flows that there were.</param>
/// <param name="Redecided">Flows that were decided anew, each time.</param>
internal sealed record SyncFigures(string Scenario, int Objects, int Changed, double Ms, double SlowestMs, int Flows, double Redecided) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario   objects  changed        ms   slowest   flows  decided anew";

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-8} {Objects,9} {Changed,8} {Ms,9:f1} {SlowestMs,9:f1} {Flows,7} {Redecided,13:f1}");
}

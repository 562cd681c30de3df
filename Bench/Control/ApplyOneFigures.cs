using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Control;

/// <summary>How soon a route counts that a client changes, one at a time.</summary>
/// <param name="Scenario">"apply-one".</param>
/// <param name="Routes">Routes that there are.</param>
/// <param name="SeenUs">From the call to the first packet that went the new way: the median.</param>
/// <param name="SeenP99Us">99 of 100 were not slower.</param>
/// <param name="AnsweredUs">From the call to its answer: the median.</param>
/// <param name="AnsweredP99Us">99 of 100 were not slower.</param>
internal sealed record ApplyOneFigures(string Scenario, int Routes, double SeenUs, double SeenP99Us, double AnsweredUs, double AnsweredP99Us) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario      routes  first packet us     p99  answer us     p99";

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-11} {Routes,8} {SeenUs,16:f1} {SeenP99Us,7:f1} {AnsweredUs,10:f1} {AnsweredP99Us,7:f1}");
}

using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Services;

/// <summary>What becomes of flows, and of new flows' choices, when a member of a group is removed.</summary>
/// <param name="Scenario">"removal".</param>
/// <param name="Flows">Flows that there were.</param>
/// <param name="Members">Members before.</param>
/// <param name="Lost">The share of flows that the removed member had.</param>
/// <param name="MovedOthers">Flows of the other members that have moved.</param>
/// <param name="NewMoved">The share of new flows that choose another member than they would have before.</param>
/// <param name="Beyond">That share without the lost one.</param>
internal sealed record RemovalFigures(string Scenario, int Flows, int Members, double Lost, int MovedOthers, double NewMoved, double Beyond) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario      flows  members  lost share  others' flows moved  new choices moved  beyond the lost";

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-10} {Flows,8} {Members,8} {Lost,11:f4} {MovedOthers,20} {NewMoved,18:f4} {Beyond,16:f4}");
}

using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Services;

/// <summary>How evenly flows are spread over the members of a group.</summary>
/// <param name="Scenario">"spread".</param>
/// <param name="Flows">Flows, from 65,536 clients to one address and port.</param>
/// <param name="Members">Members.</param>
/// <param name="Weights">Theirs.</param>
/// <param name="Most">The most that a member has of what is due to it by its weight.</param>
/// <param name="Least">The least.</param>
internal sealed record SpreadFigures(string Scenario, int Flows, int Members, string Weights, double Most, double Least) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario      flows  members  weights    most / due  least / due";

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-10} {Flows,8} {Members,8}  {Weights,-8} {Most,12:f4} {Least,12:f4}");
}

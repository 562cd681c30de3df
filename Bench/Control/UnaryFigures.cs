using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Control;

/// <summary>Unary calls of a server.</summary>
/// <param name="Scenario">"unary".</param>
/// <param name="AtATime">Calls under way.</param>
/// <param name="PerSecond">Calls a second, of ours.</param>
/// <param name="PeerPerSecond">Of python3-grpcio's; null where it is not installed.</param>
/// <param name="Ratio">The one by the other.</param>
internal sealed record UnaryFigures(string Scenario, int AtATime, double PerSecond, double? PeerPerSecond, double? Ratio) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario  at a time   calls/s  python3-grpcio's  ratio";

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-8} {AtATime,10} {PerSecond,9:n0} {PeerPerSecond,17:n0} {Ratio,6:f2}");
}

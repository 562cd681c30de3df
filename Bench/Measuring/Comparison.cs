using System.Globalization;

namespace VRouter.Bench.Measuring;

/// <summary>One thing measured in turns with another.</summary>
/// <param name="Scenario">Ours.</param>
/// <param name="Flows">Flows.</param>
/// <param name="Ours">Millions of packets a second, the median of all pairs.</param>
/// <param name="Peer">The peer's.</param>
/// <param name="PeerName">What it was compared with.</param>
/// <param name="Ratio">The median of the pairs' own ratios.</param>
/// <param name="Spread">From the lower to the upper quartile of these ratios.</param>
/// <param name="Pairs">How many there were.</param>
internal sealed record Comparison(string Scenario, int Flows, double Ours, double Peer, string PeerName, double Ratio, double Spread, int Pairs) : Figures
{
    /// <summary>A sentence.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario} / {PeerName} = {Ratio:f3}, the median of {Pairs} pairs, quartiles {Spread:f3} apart ({Ours:f2} and {Peer:f2} Mpps)");
}

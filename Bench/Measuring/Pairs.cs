namespace VRouter.Bench.Measuring;

/// <summary>Rates measured in turns. What disturbs the machine disturbs both of a pair, so their ratio holds where rates do not.</summary>
internal sealed class Pairs(string scenario, string peerName, int flows)
{
    private readonly List<double> _ours = [], _peer = [], _ratios = [];

    /// <summary>Adds one pair.</summary>
    public void Add(double ours, double peer)
    {
        _ours.Add(ours);
        _peer.Add(peer);
        _ratios.Add(ours / peer);
    }

    /// <summary>The medians, and how far the ratios lie apart.</summary>
    public Comparison ToComparison() => new(
        scenario, flows, Quantile(_ours, 0.5), Quantile(_peer, 0.5), peerName,
        Quantile(_ratios, 0.5), Math.Round(Quantile(_ratios, 0.75) - Quantile(_ratios, 0.25), 4), _ratios.Count);

    // Between the two nearest where it falls between.
    private static double Quantile(List<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        double place = share * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return Math.Round(sorted[below] + (sorted[above] - sorted[below]) * (place - below), 4);
    }
}

using VRouter.Forwarding;

namespace VRouter.Bench.Control;

/// <summary>The smallest calls, of this server and of gRPC's own in Python, by the same client in turns.</summary>
internal static class UnaryBench
{
    private const int Pairs = 5;

    /// <summary>Measures both, for so long in all.</summary>
    public static async Task<UnaryFigures> MeasureAsync(int atATime, double seconds)
    {
        using var dataPlane = new DataPlane(new DataPlaneOptions { OpenPorts = false });
        await using Served served = await Served.StartAsync(dataPlane);
        using HealthPeer? peer = HealthPeer.IsThere ? new HealthPeer() : null;
        using var ours = new HealthCalls(served.Address);
        using HealthCalls? theirs = peer is null ? null : new HealthCalls(peer.Address);

        double[] own = new double[Pairs], others = new double[Pairs];
        double window = seconds / Pairs;
        await ours.MeasureAsync(atATime, window);

        for (int pair = 0; pair < Pairs; pair++)
        {
            own[pair] = await ours.MeasureAsync(atATime, window);
            others[pair] = theirs is null ? 0 : await theirs.MeasureAsync(atATime, window);
        }

        double median = own.Order().ElementAt(Pairs / 2), other = others.Order().ElementAt(Pairs / 2);
        return new UnaryFigures("unary", atATime, Math.Round(median), theirs is null ? null : Math.Round(other), theirs is null ? null : Math.Round(median / other, 2));
    }
}

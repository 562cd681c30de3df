namespace VRouter.Bench.Flood;

/// <summary>Measures one flow count: with and without the flood, as fast as may be and at half of that.</summary>
internal static class FloodBench
{
    // The JIT's tiers, and the table's limit: half a million half-open flows.
    private const double WarmUpSeconds = 2;

    /// <summary>Measures once.</summary>
    public static FloodFigures Measure(FloodRig rig, int flows, double synMpps, double seconds)
    {
        double capacity = rig.Run(seconds, PacedStream.Unpaced, 0).Mpps;
        double flooded = rig.Run(seconds, PacedStream.Unpaced, synMpps).Mpps;
        double offered = capacity / 2;

        (FloodWindow calm, long p50, long p99) = Pace(rig, seconds, offered, 0);
        (FloodWindow window, long floodedP50, long floodedP99) = Pace(rig, seconds, offered, synMpps);

        return new FloodFigures(
            "syn-flood", flows, synMpps, Round(capacity), Round(flooded), Round(flooded / capacity), Round(offered),
            calm.Lost, window.Lost, window.FlowsSetUp - window.SynsLeft, window.SynsLost, p50, p99, floodedP50, floodedP99, window.AllocatedBytes);
    }

    /// <summary>Runs everything once or more.</summary>
    public static void WarmUp(FloodRig rig, double synMpps)
    {
        double capacity = rig.Run(WarmUpSeconds, PacedStream.Unpaced, 0).Mpps;
        rig.Run(WarmUpSeconds, PacedStream.Unpaced, synMpps);
        Pace(rig, WarmUpSeconds, capacity / 2, synMpps);
    }

    private static (FloodWindow Window, long P50, long P99) Pace(FloodRig rig, double seconds, double mpps, double synMpps)
    {
        rig.Latencies.Clear();
        FloodWindow window = rig.Run(seconds, mpps, synMpps);
        return (window, rig.Latencies.Percentile(0.5), rig.Latencies.Percentile(0.99));
    }

    private static double Round(double value) => Math.Round(value, 3);
}

namespace VRouter.Bench.Flood;

/// <summary>What became of both streams in a measured time.</summary>
/// <param name="Seconds">The time, of the worker's own.</param>
/// <param name="Left">Established packets that came out.</param>
/// <param name="Lost">Those that did not.</param>
/// <param name="SynsLeft">SYNs that came out.</param>
/// <param name="SynsLost">Those that did not.</param>
/// <param name="FlowsSetUp">Flow pairs set up.</param>
/// <param name="AllocatedBytes">Managed bytes that the thread allocated.</param>
internal readonly record struct FloodWindow(double Seconds, long Left, long Lost, long SynsLeft, long SynsLost, long FlowsSetUp, long AllocatedBytes)
{
    /// <summary>Millions of established packets a second.</summary>
    public double Mpps => Left / Seconds / 1e6;
}

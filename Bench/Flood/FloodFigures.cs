using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Flood;

/// <summary>What a SYN flood does to others.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Flows">Established flows.</param>
/// <param name="SynMpps">Millions of SYNs a second.</param>
/// <param name="CapacityMpps">Established packets at most, without a flood.</param>
/// <param name="FloodedMpps">Established packets at most, meanwhile.</param>
/// <param name="Slowdown">The one by the other.</param>
/// <param name="OfferedMpps">Established packets that came for what follows: half of capacity.</param>
/// <param name="LostInCalm">Of these, without a flood: the machine's doing.</param>
/// <param name="Lost">Of these, in the flood.</param>
/// <param name="FlowsSetUpAgain">Established flows that the flood pushed out.</param>
/// <param name="SynsLost">SYNs that did not come through.</param>
/// <param name="P50Ns">Latency of established packets without a flood: the median.</param>
/// <param name="P99Ns">99 of 100 were not slower.</param>
/// <param name="FloodedP50Ns">The median in the flood.</param>
/// <param name="FloodedP99Ns">99 of 100 were not slower.</param>
/// <param name="AllocatedBytes">Managed bytes that the worker's thread allocated in the flood.</param>
internal sealed record FloodFigures(
    string Scenario, int Flows, double SynMpps, double CapacityMpps, double FloodedMpps, double Slowdown, double OfferedMpps,
    long LostInCalm, long Lost, long FlowsSetUpAgain, long SynsLost, long P50Ns, long P99Ns, long FloodedP50Ns, long FloodedP99Ns, long AllocatedBytes) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "flows     SYNs Mpps  capacity  flooded  slowdown  offered    lost  flooded: lost  flows lost  SYNs lost  p50 ns   p99 ns  flooded: p50   p99 ns";

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Flows,-9} {SynMpps,9:f2} {CapacityMpps,9:f2} {FloodedMpps,8:f2} {Slowdown,9:f3} {OfferedMpps,8:f2} {LostInCalm,7} {Lost,14} {FlowsSetUpAgain,11} {SynsLost,10} {P50Ns,7} {P99Ns,8} {FloodedP50Ns,13} {FloodedP99Ns,8}");
}

using System.Globalization;

namespace VRouter.Bench.Measuring;

/// <summary>The figures of one repeat; as JSON, the object that programs may rely on.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Flows">Flows, each with addresses and ports of its own.</param>
/// <param name="Frame">Bytes of the tenants' Ethernet frames.</param>
/// <param name="Workers">Threads that forwarded.</param>
/// <param name="Batch">Packets a worker took at a time.</param>
/// <param name="Seconds">Time measured.</param>
/// <param name="Packets">Packets that came out, of all workers.</param>
/// <param name="Mpps">Millions of them a second.</param>
/// <param name="NsPerPacket">Time of a worker for one.</param>
/// <param name="CyclesPerPacket">Cycles of a worker for one; null without a hardware counter.</param>
/// <param name="AllocatedBytes">Managed bytes that the workers' threads allocated meanwhile.</param>
/// <param name="Gen0">Collections meanwhile.</param>
/// <param name="Drops">Packets dropped.</param>
/// <param name="P50Ns">Latency of single packets, port to port: the median; null where they are not measured.</param>
/// <param name="P99Ns">99 of 100 were not slower.</param>
/// <param name="P999Ns">999 of 1,000 were not slower.</param>
internal sealed record Measurement(
    string Scenario, int Flows, int Frame, int Workers, int Batch, double Seconds, long Packets, double Mpps, double NsPerPacket,
    double? CyclesPerPacket, long AllocatedBytes, int Gen0, long Drops, long? P50Ns, long? P99Ns, long? P999Ns) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario            Mpps     ns   cycles  allocated  gen0  drops    p50 ns   p99 ns  p999 ns";

    /// <summary>Flow pairs that were set up; null where there are none.</summary>
    public long? FlowsPerSecond { get; init; }

    /// <summary>Flow pairs that were decided anew; null where there are none.</summary>
    public long? FlowsRedecided { get; init; }

    /// <summary>Transactions that were applied; null where nothing is to change.</summary>
    public long? ChangesPerSecond { get; init; }

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-16} {Mpps,7:f3} {NsPerPacket,6:f1} {OrDash(CyclesPerPacket),8} {AllocatedBytes,10} {Gen0,5} {Drops,6} {OrDash(P50Ns),9} {OrDash(P99Ns),8} {OrDash(P999Ns),8}{Also(FlowsPerSecond, "flows/s")}{Also(FlowsRedecided, "redecided")}{Also(ChangesPerSecond, "changes/s")}");

    private static string Also(long? value, string unit) => value > 0 ? string.Create(CultureInfo.InvariantCulture, $"   {value:n0} {unit}") : "";

    private static string OrDash(double? value) => value?.ToString("f0", CultureInfo.InvariantCulture) ?? "-";
}

using System.Globalization;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Amounts as people read them.</summary>
internal static class Amount
{
    private const double Kilo = 1e3, Mega = 1e6;

    public static string OfBytes(long bytes) => bytes switch
    {
        < (long)Kilo => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < (long)Mega => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kilo:0.#} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:0.#} MB"),
    };

    public static string OfRate(long bytes, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega / Math.Max(time.TotalSeconds, 1e-6):0} MB/s");

    public static string OfPackets(long packets) => packets.ToString("N0", CultureInfo.InvariantCulture);

    public static string OfPackets(ulong packets) => packets.ToString("N0", CultureInfo.InvariantCulture);
}

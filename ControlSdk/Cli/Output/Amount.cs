using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace VRouter.ControlSdk.Cli;

/// <summary>Numbers and times as people read them.</summary>
internal static class Amount
{
    private const ulong Thousand = 1000;
    private const string Prefixes = "kMGTPE";

    /// <summary>"1500".</summary>
    public static string Of(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>"1500"; nothing for 0.</summary>
    public static string OrNothing(uint number) => number == 0 ? "" : Of(number);

    /// <summary>"1.50 M": three digits and a prefix of the SI.</summary>
    public static string Short(double number)
    {
        int prefix = -1;

        for (; number >= Thousand && prefix < Prefixes.Length - 1; prefix++)
        {
            number /= Thousand;
        }

        string format = prefix < 0 || number >= 100 ? "0" : number >= 10 ? "0.0" : "0.00";
        return string.Create(CultureInfo.InvariantCulture, $"{number.ToString(format, CultureInfo.InvariantCulture)}{(prefix < 0 ? "" : $" {Prefixes[prefix]}")}");
    }

    /// <summary>"250ms", "12s", "5m03s", "2h10m", "9d4h".</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(time.Milliseconds, 0)}ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m{time.Seconds:00}s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours}h{time.Minutes:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Days}d{time.Hours}h"),
    };

    /// <summary>How long ago that was; nothing when it was not.</summary>
    public static string Since(Timestamp? time) => time is null ? "" : Of(DateTime.UtcNow - time.ToDateTime());

    /// <summary>The time of the day here, to the millisecond.</summary>
    public static string TimeOf(Timestamp? time) => time is null ? "" : time.ToDateTime().ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}

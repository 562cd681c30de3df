using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace VRouter.ControlSdk;

/// <summary>Durations as proto3 JSON writes them: "1.5s", with up to nine decimals.</summary>
internal static class DurationText
{
    private const int NanosecondsPerSecond = 1_000_000_000;

    public static bool TryParse(string text, out Duration duration)
    {
        duration = new Duration();

        if (!text.EndsWith('s') || !decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            || Math.Abs(seconds) > Duration.MaxSeconds || !decimal.IsInteger(seconds * NanosecondsPerSecond))
        {
            return false;
        }

        duration.Seconds = (long)decimal.Truncate(seconds);
        duration.Nanos = (int)((seconds - duration.Seconds) * NanosecondsPerSecond);
        return true;
    }
}

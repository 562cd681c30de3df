using System.CommandLine.Parsing;
using System.Globalization;
using VRouter.ControlSdk.Server;

namespace VRouter.ControlSdk.Agent;

/// <summary>Reads the values of options; what cannot be read becomes an error of usage that names the option and the text.</summary>
internal static class OptionText
{
    private const decimal NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Ten years: beyond it, time stamps leave what a capture can say.</summary>
    private const decimal MostSeconds = 315_360_000;

    public static T[] ReadAll<T>(ArgumentResult result, Func<string, T?> read) where T : class
    {
        var values = new List<T>();

        foreach (Token token in result.Tokens)
        {
            if (read(token.Value) is { } value)
            {
                values.Add(value);
            }
            else
            {
                Refuse(result, token.Value);
            }
        }

        return [.. values];
    }

    public static T? ReadOne<T>(ArgumentResult result, Func<string, T?> read) where T : struct
    {
        string text = result.Tokens.Single().Value;

        if (read(text) is { } value)
        {
            return value;
        }

        Refuse(result, text);
        return null;
    }

    /// <summary>"7=in.pcap".</summary>
    public static ReplaySource? ReadSource(string text) =>
        TrySplit(text, out string before, out string path) && uint.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
            ? new ReplaySource(id, path)
            : null;

    /// <summary>"2.5=request.json".</summary>
    public static TimedFile? ReadTimedFile(string text) =>
        TrySplit(text, out string before, out string path) && TryReadSeconds(before, out decimal seconds)
            ? new TimedFile((long)(seconds * NanosecondsPerSecond), path)
            : null;

    /// <summary>"2.5".</summary>
    public static TimeSpan? ReadSeconds(string text) =>
        TryReadSeconds(text, out decimal seconds) ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;

    private static bool TryReadSeconds(string text, out decimal seconds) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds) && seconds <= MostSeconds;

    private static bool TrySplit(string text, out string before, out string behind)
    {
        int sign = text.IndexOf('=');
        (before, behind) = sign < 0 ? ("", "") : (text[..sign], text[(sign + 1)..]);

        return behind.Length > 0;
    }

    private static void Refuse(ArgumentResult result, string text)
    {
        var option = (OptionResult)result.Parent!;
        result.AddError($"{option.Option.Name}: '{text}' is not {option.Option.HelpName}");
    }
}

using System.Text.RegularExpressions;
using Google.Protobuf;

namespace VRouter.ControlSdk.Cli;

/// <summary>Differences for people: a line an object, and the fields of those that are new or other.</summary>
internal sealed partial class DiffText(StandardOutput output)
{
    // Select Graphic Rendition (ECMA-48 section 8.3.117).
    private const int Red = 31, Green = 32, Yellow = 33;

    private readonly bool _hasColour = StandardOutput.HasColour;

    /// <summary>Prints what goes, then what comes and what changes.</summary>
    public void Print(V1.SyncResponse preview, Dictionary<V1.ObjectKey, IMessage> standing, Dictionary<V1.ObjectKey, IMessage> wanted)
    {
        foreach (V1.ObjectKey key in preview.Deleted)
        {
            Print('-', Red, ContractText.Describe(key));
        }

        foreach (V1.ObjectKey key in preview.Applied)
        {
            // A state without settings, or VRF 0, has the default ones.
            IMessage after = wanted.GetValueOrDefault(key) ?? Default(standing.GetValueOrDefault(key));
            Print(key, standing.GetValueOrDefault(key), after);
        }
    }

    private void Print(V1.ObjectKey key, IMessage? before, IMessage after)
    {
        string[] old = before is null ? [] : [.. MessageText.Lines(before)];
        string[] now = [.. MessageText.Lines(after)];

        Print(before is null ? '+' : '~', before is null ? Green : Yellow, ContractText.Describe(key));
        Print(old.ExceptBy(now.Select(Meaning), Meaning), '-', Red);
        Print(now.ExceptBy(old.Select(Meaning), Meaning), '+', Green);
    }

    private void Print(IEnumerable<string> lines, char sign, int colour)
    {
        foreach (string line in lines)
        {
            Print(sign, colour, $"    {line}");
        }
    }

    private void Print(char sign, int colour, string line) => output.WriteLine(_hasColour ? $"\e[{colour}m{sign} {line}\e[0m" : $"{sign} {line}");

    // Columns are as wide as the other lines make them; the address of a host has a length or none.
    private static string Meaning(string line) => Spelling().Replace(line, "");

    [GeneratedRegex(@"(?<= ) +|(?<=\d+\.\d+\.\d+\.\d+)/32\b|(?<=:[0-9a-fA-F:.]*)/128\b")]
    private static partial Regex Spelling();

    private static IMessage Default(IMessage? like) => like is V1.Vrf vrf ? new V1.Vrf { Id = vrf.Id } : new V1.Settings();
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VRouter.Tests.Programs.Metrics;

/// <summary>
/// Reads the text format of OpenMetrics 1.0 and refuses whatever its "MUST"s do not allow, for the kinds of metrics that a vRouter has:
/// counters, gauges and infos, without time stamps and exemplars.
/// </summary>
internal sealed partial class OpenMetricsParser
{
    private static readonly Dictionary<string, string> s_suffixes = new() { ["counter"] = "_total", ["gauge"] = "", ["info"] = "_info" };

    private readonly Dictionary<string, OpenMetricsFamily> _families = [];
    private readonly HashSet<string> _samples = [];
    private OpenMetricsFamily? _family;

    private OpenMetricsParser()
    {
    }

    /// <summary>Reads an exposition.</summary>
    /// <exception cref="FormatException">It is none; the message has the line.</exception>
    public static IReadOnlyDictionary<string, OpenMetricsFamily> Parse(string text)
    {
        // "The last line MUST be # EOF", and it ends with a line feed as every line.
        Require(text.EndsWith("\n# EOF\n", StringComparison.Ordinal) || text == "# EOF\n", "no # EOF at the end", "");
        var parser = new OpenMetricsParser();

        foreach (string line in text[..^"# EOF\n".Length].Split('\n').SkipLast(1))
        {
            parser.Read(line);
        }

        parser.EndFamily();
        parser.RequireNoClash();
        return parser._families;
    }

    private void Read(string line)
    {
        if (line.StartsWith('#'))
        {
            ReadAbout(line);
        }
        else
        {
            ReadSample(line);
        }
    }

    private void ReadAbout(string line)
    {
        Match about = About().Match(line);
        Require(about.Success, "neither TYPE, UNIT nor HELP", line);

        OpenMetricsFamily family = Begin(about.Groups["name"].Value, line);
        string text = about.Groups["text"].Value;
        Require(family.Samples.Count == 0, "said after the first sample", line);

        switch (about.Groups["what"].Value)
        {
            case "TYPE":
                Require(family.Type is null && s_suffixes.ContainsKey(text), "a second or an unknown type", line);
                family.Type = text;
                break;
            case "UNIT":
                Require(family.Unit is null, "a second unit", line);
                family.Unit = text;
                break;
            default:
                Require(family.Help is null, "a second help", line);
                family.Help = Unescape(text, line);
                break;
        }
    }

    // A family's lines stand together.
    private OpenMetricsFamily Begin(string name, string line)
    {
        if (_family?.Name == name)
        {
            return _family;
        }

        EndFamily();
        _family = new OpenMetricsFamily(name);
        Require(_families.TryAdd(name, _family), "its family has ended before", line);
        return _family;
    }

    private void EndFamily()
    {
        if (_family is not { } family)
        {
            return;
        }

        Require(family.Type is not null && family.Help is not null, "no type, or no help", family.Name);
        Require(!family.Name.EndsWith("_total", StringComparison.Ordinal) && !family.Name.EndsWith("_info", StringComparison.Ordinal), "a family is called without its suffix", family.Name);
        Require(family.Unit is null || family.Name.EndsWith($"_{family.Unit}", StringComparison.Ordinal), "its name does not end in its unit", family.Name);
        Require(family.Unit is null || family.Type != "info", "an info has no unit", family.Name);
    }

    private void ReadSample(string line)
    {
        Match match = Sample().Match(line);
        Require(match.Success, "neither a comment nor a sample", line);
        Require(_family?.Type is not null, "no type before it", line);
        string name = match.Groups["name"].Value;
        Require(name == _family!.Name + s_suffixes[_family.Type!], "it is not of the family that it stands in", line);

        var sample = new OpenMetricsSample(name, LabelsOf(match, line), ValueOf(match.Groups["value"].Value, line));
        Require(sample.Labels.Select(label => label.Key).Distinct().Count() == sample.Labels.Count, "a label twice", line);
        Require(_samples.Add($"{name} {string.Join(',', sample.Labels.Order(LabelOrder.Instance))}"), "the same sample twice", line);
        Require(_family.Type != "counter" || sample.Value >= 0, "a counter that is negative or no number", line);
        Require(_family.Type != "info" || sample.Value == 1, "an info is 1", line);
        _family.Samples.Add(sample);
    }

    private static List<KeyValuePair<string, string>> LabelsOf(Match match, string line) =>
        [.. match.Groups["label"].Captures.Zip(match.Groups["text"].Captures, (label, text) => KeyValuePair.Create(label.Value, Unescape(text.Value, line)))];

    // A real number, or one of the words.
    private static double ValueOf(string text, string line)
    {
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value))
        {
            return value;
        }

        throw new FormatException($"no number: {line}");
    }

    private static string Unescape(string text, string line)
    {
        var plain = new StringBuilder();

        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            Require(++i < text.Length && "\\\"n".Contains(text[i], StringComparison.Ordinal), "an unknown escape", line);
            plain.Append(text[i] == 'n' ? '\n' : text[i]);
        }

        return plain.ToString();
    }

    /// <summary>"The name of a MetricFamily MUST NOT result in a potential clash for sample metric names."</summary>
    private void RequireNoClash()
    {
        Dictionary<string, string[]> reserved = new() { ["counter"] = ["_total", "_created"], ["info"] = ["_info"], ["gauge"] = [] };

        foreach (OpenMetricsFamily family in _families.Values)
        {
            foreach (string suffix in reserved[family.Type!])
            {
                Require(!_families.ContainsKey(family.Name + suffix), "a family is called as a sample of another may be", family.Name + suffix);
            }
        }
    }

    private static void Require(bool holds, string problem, string line)
    {
        if (!holds)
        {
            throw new FormatException($"{problem}: {line}");
        }
    }

    [GeneratedRegex(@"\A# (?<what>TYPE|UNIT|HELP) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>[^\r\n]+)\z")]
    private static partial Regex About();

    [GeneratedRegex("""\A(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>(?!__)[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>([^"\\\r\n]|\\.)*)"(,(?!\})|(?=\})))*\})? (?<value>\S+)\z""")]
    private static partial Regex Sample();

    private sealed class LabelOrder : IComparer<KeyValuePair<string, string>>
    {
        public static readonly LabelOrder Instance = new();

        public int Compare(KeyValuePair<string, string> left, KeyValuePair<string, string> right) => string.CompareOrdinal(left.Key, right.Key);
    }
}

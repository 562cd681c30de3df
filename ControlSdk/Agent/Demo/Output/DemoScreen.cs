using System.Globalization;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// What the demo says while it runs: on a terminal the line of the running check is redrawn, elsewhere each check is one line
/// when it ends. Colours only on a terminal, and not where NO_COLOR is set (no-color.org).
/// </summary>
internal sealed class DemoScreen(TextWriter output, bool isTerminal, bool hasColour)
{
    private const int NameWidth = 14, AddressWidth = 16;
    private const string EraseLine = "\r\e[2K";      // ECMA-48 section 8.3.41
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(80);

    private long _drawn;
    private int _frame;

    /// <summary>The screen of this process's standard output.</summary>
    public static DemoScreen OnConsole()
    {
        bool isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        return new DemoScreen(Console.Out, isTerminal, isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
    }

    public void Line(string text = "") => output.WriteLine(text);

    public void Heading(string text) => output.WriteLine($"{Environment.NewLine}{Paint(text, Colour.Bold)}");

    /// <summary>Redraws the line of a running check: how far it is, and what the nodes are doing.</summary>
    public void Progress(Check check, string how, Pulse pulse)
    {
        if (!isTerminal || TimeProvider.System.GetElapsedTime(_drawn) < s_redraw)
        {
            return;
        }

        _drawn = TimeProvider.System.GetTimestamp();
        string line = $"  {Frames[_frame++ % Frames.Length]} {Describe(check)}{how}{pulse.Read()}";
        output.Write($"{EraseLine}{line[..Math.Min(line.Length, Math.Max(Console.WindowWidth - 1, 0))]}");
        output.Flush();
    }

    public void End(Check check, Outcome outcome)
    {
        string mark = outcome.IsPassed ? Paint("✓", Colour.Green) : Paint("✗", Colour.Red);
        Erase();
        output.WriteLine($"  {mark} {Describe(check)}{outcome.Detail}{Verdict(check, outcome)}{Remark(check)}");
    }

    /// <summary>Takes away what a running check has drawn.</summary>
    public void Erase() => output.Write(isTerminal ? EraseLine : "");

    public string Paint(string text, Colour colour) =>
        hasColour ? string.Create(CultureInfo.InvariantCulture, $"\e[{(int)colour}m{text}\e[0m") : text;

    private static string Verdict(Check check, Outcome outcome) => (check.Refusal, outcome.IsPassed) switch
    {
        ({ } refusal, true) => $": {refusal.Words}, as it should be",
        ({ }, false) => ": it must not get there",
        _ => "",
    };

    private static string Remark(Check check) => check.Remark.Length == 0 ? "" : $" ({check.Remark})";

    private static string Describe(Check check) =>
        $"{check.Verb,-5}{check.From.Name,-NameWidth}→ {check.ToName,-NameWidth}{check.To,-AddressWidth} ";
}

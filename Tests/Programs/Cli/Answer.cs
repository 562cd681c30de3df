namespace VRouter.Tests.Programs.Cli;

/// <summary>How `vrouterctl` ended, and what it said.</summary>
internal sealed record Answer(int ExitCode, string Output, string Errors)
{
    /// <summary>The lines of standard output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The lines of standard error.</summary>
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The cells of a line of a table.</summary>
    public string[] Row(int line) => System.Text.RegularExpressions.Regex.Split(Lines[line].Trim(), "  +");
}

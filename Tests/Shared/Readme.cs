namespace VRouter.Tests;

/// <summary>The root README, as far as it can be held to its word.</summary>
internal static class Readme
{
    public static string Text { get; } = File.ReadAllText(Repository.PathOf("README.md")).ReplaceLineEndings("\n");

    /// <summary>The only fenced block of this language.</summary>
    public static string Block(string language)
    {
        string opening = $"\n```{language}\n";
        int start = Text.IndexOf(opening, StringComparison.Ordinal) + opening.Length;
        return Text[start..(Text.IndexOf("\n```\n", start, StringComparison.Ordinal) + 1)];
    }
}

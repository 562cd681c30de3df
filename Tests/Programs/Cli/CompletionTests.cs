using System.Diagnostics;
using NUnit.Framework;

namespace VRouter.Tests.Programs.Cli;

/// <summary>`vrouterctl completion`: a real shell takes what it prints, and completes with it.</summary>
internal sealed class CompletionTests
{
    [TestCase("vrouterctl fl", "flow")]
    [TestCase("vrouterctl flow ", "delete list watch")]
    [TestCase("vrouterctl flow list --pro", "--protocol")]
    [TestCase("vrouterctl completion ", "bash fish zsh")]
    [TestCase("vrouterctl -o ", "json table")]
    [TestCase("vrouterctl flow list /", "")]
    public async Task CompletesInBash(string line, string words)
    {
        string[] typed = line.Split(' ');
        string script = $$"""
            source <(vrouterctl completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{string.Join(' ', typed.Select(word => $"'{word}'"))}}) COMP_CWORD={{typed.Length - 1}}
            _vrouterctl
            printf '%s\n' "${COMPREPLY[@]}"
            """;

        string[] found = (await RunAsync("bash", script)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(found.Where(word => word.Length > 0 && !word.StartsWith('-') || words.StartsWith('-')).Order(), Is.EqualTo(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public async Task PrintsAScriptForEachShell([Values("bash", "zsh", "fish")] string shell)
    {
        Answer answer = await Vrouterctl.RunAsync("unix:///nowhere", "", "completion", shell);

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Output, Does.Contain("[suggest:").And.Contain($"completion {shell}"));
    }

    [Test]
    public async Task RefusesShellsThatItDoesNotKnow() =>
        Assert.That((await Vrouterctl.RunAsync("unix:///nowhere", "", "completion", "cmd")).ExitCode, Is.EqualTo(2));

    private static async Task<string> RunAsync(string shell, string script)
    {
        var start = new ProcessStartInfo(shell, ["-c", script]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Repository.OutputOf("ControlSdk/Cli", "vrouterctl"))}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}

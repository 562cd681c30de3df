using System.Text.RegularExpressions;
using NUnit.Framework;
using VRouter.Tests.Programs.Cli;

namespace VRouter.Tests.Programs;

internal sealed partial class ReadmeTests
{
    /// <summary>UDP from the pod of the README's configuration to a pod behind its VXLAN tunnel.</summary>
    private const string Packet = "00005e00010002000000010108004500001d00010000401165ce0a0000010a0001019c4000350009000000";

    /// <summary>TCP from the other node's pod to the service of the README's configuration, under the label of the pod here.</summary>
    private const string ServicePacket =
        "020000000001020000000003080045000048000100004011f69fc0000203c0000201c35019eb00340000000101404500" +
        "00280001000040060cce0a0002070aa757549c40005000000001000000005002fa00ab4e0000";

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("vrouter-readme-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task ShowsAConfigurationThatTraceAccepts()
    {
        (int exitCode, string output, string errors) = await VrouterProgram.RunAsync("trace", "--config", Configuration(), "--interface", "2", "--packet", Packet);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain("192.0.2.2"), "the tunnel's end");
    }

    [Test]
    public async Task ShowsAServiceThatReachesItsPod()
    {
        (int exitCode, string output, string errors) = await VrouterProgram.RunAsync("trace", "--config", Configuration(), "--interface", "1", "--packet", ServicePacket);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(output, Does.Contain("sent to interface 2").And.Contain("10.0.2.7 > 10.0.0.1, TCP 40000 > 8080").And.Contain("rule http"));
    }

    [Test]
    public async Task ShowsAConfigurationThatReplayAccepts()
    {
        string output = Path.Combine(_folder, "out");

        (int exitCode, _, string errors) = await VrouterProgram.RunAsync("replay", "--config", Configuration(), "--output", output);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(Directory.GetFiles(output).Select(path => Path.GetFileName(path)), Is.SupersetOf(new[] { "1.pcap", "2.pcap", "counters.json", "drops.jsonl" }));
    }

    [Test]
    public async Task NamesOnlyCommandsThatThereAre()
    {
        (_, string help, _) = await VrouterProgram.RunAsync("--help");
        string[] commands = [.. VrouterCommand().Matches(Readme.Text).Select(match => match.Groups[1].Value).Distinct()];

        Assert.That(commands, Is.SupersetOf(new[] { "run", "replay", "trace", "demo" }));
        Assert.That(commands.Where(command => !Regex.IsMatch(help, $@"^\s+{command}\b", RegexOptions.Multiline)), Is.Empty);
    }

    [TestCase("dotnet run -c Release --project ControlSdk/Agent -- demo", "ControlSdk/Agent/vrouter.csproj")]
    [TestCase("Tests/run", "Tests/run")]
    public void GivesItsTwoCommands(string command, string file)
    {
        Assert.That(Readme.Block("sh").Split('\n'), Has.Some.StartWith(command));
        Assert.That(Repository.PathOf(file), Does.Exist);
    }

    [Test]
    public void LinksOnlyToWhatThereIs() =>
        Assert.That(Link().Matches(Readme.Text).Select(match => match.Groups[1].Value).Where(path => !File.Exists(Repository.PathOf(path))), Is.Empty);

    [Test]
    public async Task TellsOfEveryVerbOfVrouterctl()
    {
        Answer help = await Vrouterctl.RunAsync("unix:///nowhere", "", "help");
        string[] verbs = [.. HelpVerb().Matches(help.Output[help.Output.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value)];
        string[] told = [.. VerbsOfVrouterctl().Select(line => line.Split(' ')[0]).Distinct()];

        Assert.That(verbs, Has.Length.GreaterThan(20));
        Assert.That(told, Is.EquivalentTo(verbs));
    }

    [Test]
    public async Task TellsOfVerbsAsTheirHelpDoes()
    {
        foreach (string line in VerbsOfVrouterctl())
        {
            string[] words = [.. line.Split(' ').TakeWhile(word => char.IsAsciiLetterLower(word[0]) && !Shells.Contains(word))];
            Answer help = await Vrouterctl.RunAsync("unix:///nowhere", "", ["help", .. words]);

            Assert.That(help.ExitCode, Is.Zero, $"{line}: {help.Errors}");
            Assert.That(Option().Matches(line).Select(match => match.Value).Where(option => !help.Output.Contains($" {option}", StringComparison.Ordinal)), Is.Empty, line);
        }
    }

    private static string[] Shells => ["bash"];

    // What the first column of the table has, and the commands below it.
    private static IEnumerable<string> VerbsOfVrouterctl()
    {
        string section = Readme.Text.Split("\n## ").Single(part => part.StartsWith("vrouterctl\n", StringComparison.Ordinal));
        string[] lines = section.Split('\n');
        IEnumerable<string> column = lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => VerbsOf(line.Split(" | ")[0]));
        return [.. column, .. lines.Where(line => line.StartsWith("vrouterctl ", StringComparison.Ordinal)).Select(line => line.Split('|', '#')[0]["vrouterctl ".Length..].Trim())];
    }

    // "`vif`, `vrf` with `list`, `get`": each with each.
    private static IEnumerable<string> VerbsOf(string cell)
    {
        string[][] parts = [.. cell.Split(" with ").Select(part => Code().Matches(part).Select(match => match.Groups[1].Value).ToArray())];
        return parts.Length == 1 ? parts[0] : parts[0].SelectMany(noun => parts[1].Select(verb => $"{noun} {verb}"));
    }

    private string Configuration()
    {
        string path = Path.Combine(_folder, "node.json");
        File.WriteAllText(path, Readme.Block("json"));
        return path;
    }

    [GeneratedRegex(@"^  ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex HelpVerb();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?<= |\[)--?[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"`vrouter ([a-z]+)")]
    private static partial Regex VrouterCommand();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}

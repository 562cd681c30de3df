using System.Diagnostics;
using NUnit.Framework;
using VRouter.Tests.Programs.Control;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Cli;

/// <summary>`vrouterctl` itself: addresses, exit statuses, output.</summary>
internal sealed class UsageTests : CliFixture
{
    protected override V1.Config State => SampleState.Node();

    [Test]
    public async Task SaysThatTheVRouterServes()
    {
        Answer answer = await RunAsync("health");

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Output, Is.EqualTo("serving\n"));
    }

    [Test]
    public async Task TakesAnAddressBeforeAndBehindTheVerb([Values("--address A health", "health --address A")] string commandLine)
    {
        Answer answer = await Vrouterctl.RunAsync("unix:///nowhere", "", commandLine.Replace("A", Address, StringComparison.Ordinal).Split(' '));

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
    }

    [TestCase("unix:///nowhere/vrouter.sock", 1, "no vRouter answers at unix:///nowhere/vrouter.sock: there is no such socket")]
    [TestCase("http://127.0.0.1:1", 1, "no vRouter answers at http://127.0.0.1:1: Connection refused")]
    [TestCase("http://192.0.2.1:1", 2, "only https:// will do")]
    [TestCase("somewhere", 2, "is neither unix:///PATH nor https://HOST:PORT")]
    public async Task SaysWhyItDoesNotReachAVRouter(string address, int exitCode, string reason)
    {
        Answer answer = await Vrouterctl.RunAsync(address, "", "health");

        Assert.That(answer.ExitCode, Is.EqualTo(exitCode));
        Assert.That(answer.Errors, Does.Contain(reason));
        Assert.That(answer.ErrorLines, Has.Length.EqualTo(1));
    }

    [TestCase("frob", "frob")]
    [TestCase("apply", "-f")]
    [TestCase("vif list -o yaml", "yaml")]
    [TestCase("rt list --vrf x", "--vrf: 'x' is not a number")]
    [TestCase("flow list --protocol tpc", "--protocol: 'tpc'")]
    [TestCase("flow list --source 10.0.0", "'10.0.0' is not an address")]
    [TestCase("health --timeout 0", "--timeout")]
    [TestCase("health --certificate a.pem", "go together")]
    [TestCase("trace --interface 2 --packet 0g", "hexadecimal")]
    public async Task RefusesACommandLine(string commandLine, string word)
    {
        Answer answer = await RunAsync(commandLine);

        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Errors, Does.Contain(word));
    }

    [Test]
    public async Task ShowsAPageOfCountersWhenNobodyLooksOn()
    {
        Answer answer = await RunAsync("top");

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Output, Does.Contain("WORKER").And.Contain("fabric").And.Contain("web").And.Not.Contain("\e"));
    }

    [Test]
    public void ShowsRatesLiveOnATerminal()
    {
        // script(1) gives it one.
        using Process shell = Process.Start(new ProcessStartInfo(
            "script", ["--quiet", "--return", "--command", $"timeout 20 {Repository.OutputOf("ControlSdk/Cli", "vrouterctl")} --address {Address} top --count 2", "/dev/null"])
        {
            RedirectStandardOutput = true,
            Environment = { ["TERM"] = "xterm" },
        })!;

        string shown = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.That(shell.ExitCode, Is.Zero, shown);
        Assert.That(shown, Does.Contain("\e[?1049h").And.Contain("WORKER").And.Contain("web").And.EndWith("\e[?1049l"), "on a screen of its own, which goes");
        Assert.That(shown.Split("\e[H\e[J"), Has.Length.EqualTo(3), "a page over the other");
    }

    [Test]
    public async Task HelpsInWords()
    {
        Answer help = await Vrouterctl.RunAsync("unix:///nowhere", "", "help");
        Answer lookup = await Vrouterctl.RunAsync("unix:///nowhere", "", "help", "rt", "lookup");
        Answer unknown = await Vrouterctl.RunAsync("unix:///nowhere", "", "help", "frob");

        Assert.That(help.Output, Does.Contain("Usage:").And.Contain("--address").And.Contain("capture"));
        Assert.That(lookup.Output, Does.Contain("vrouterctl rt lookup <VRF> <ADDRESS>"));
        Assert.That((unknown.ExitCode, unknown.Errors), Is.EqualTo((2, "vrouterctl: there is no verb 'frob': see vrouterctl help\n")));
    }

    [Test]
    public void EndsWhenNobodyReadsOn()
    {
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"timeout 20 {Repository.OutputOf("ControlSdk/Cli", "vrouterctl")} --address {Address} top --count 100 | head -1"])
        {
            RedirectStandardOutput = true,
        })!;

        Assert.That(shell.StandardOutput.ReadToEnd(), Does.StartWith("generation"));
        Assert.That(shell.WaitForExit(TimeSpan.FromSeconds(15)), Is.True);
    }
}

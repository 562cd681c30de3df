using System.Runtime.InteropServices;
using Google.Protobuf;
using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Tests.Programs.Agent;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Cli;

/// <summary>`vrouterctl` beside traffic: flows, drops, captures, events, traces.</summary>
internal sealed class WatchingTests : TrafficFixture
{
    [Test]
    public async Task ListsFlows()
    {
        Ping(Second);

        Answer answer = await RunAsync($"flow list --source {First} --protocol icmp");

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Row(0), Does.Contain("SOURCE").And.Contain("DESTINATION"));
        Assert.That(answer.Output, Does.Match($@"(?m)^ *1 +2 +icmp +{First}:\d+ +{Second} +FORWARD").And.Not.Match($"(?m)icmp +{Second}"));
        Assert.That((await RunAsync("flow list --interface 77")).Lines, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task ListsFlowsAsJson()
    {
        Ping(Second);

        Answer answer = await RunAsync("flow list -o json --limit 1");

        Assert.That(JsonParser.Default.Parse<V1.FlowRecord>(answer.Lines.Single()).Key.Vrf, Is.EqualTo(1));
    }

    [Test]
    public async Task EndsFlowsAndWatchesThem()
    {
        using RunningProgram watch = Start($"flow watch --destination {Second}");
        watch.AssertSays("WHAT");
        Assert.That(() => Ping(Second) && watch.Text.Contains("flow started", StringComparison.Ordinal), Is.True.After(10_000, 100));

        Answer refused = await RunAsync("flow delete");
        Answer deleted = await RunAsync($"flow delete --destination {Second} --vrf 1");

        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Errors, Does.Contain("--all"));
        Assert.That(deleted.Output, Does.Match(@"^[1-9]\d* directions of flows ended\n$"), deleted.Errors);
        watch.AssertSays("flow ended");
        watch.AssertSays("Deleted after");
        Assert.That(watch.Text, Does.Match($@"flow started +icmp {First}:\d+ > {Second} in vrf 1").And.Not.Contain($"> {First}"));

        watch.Send(PosixSignal.SIGINT);
        watch.AssertExits(0);
    }

    [Test]
    public async Task ListsAndCountsDrops()
    {
        Ping(Nobody);

        Answer list = await RunAsync("drop list --interface 2 --reason NoRoute --limit 1");
        Answer stats = await RunAsync("drop stats");

        Assert.That(list.Lines, Has.Length.EqualTo(2), list.Errors);
        Assert.That(list.Lines[1], Does.Match($@"^\d\d:\d\d:\d\d\.\d\d\d +2 +NoRoute .*IPv4 {First} > {Nobody}, ICMP 8/0"));
        Assert.That(stats.Output, Does.Match(@"(?m)^NoRoute +all +\d+$").And.Match(@"(?m)^NoRoute +2 +\d+$"));
    }

    [Test]
    public void WatchesDrops()
    {
        using RunningProgram watch = Start("drop watch --reason NoRoute");
        watch.AssertSays("REASON");

        Assert.That(() => !Ping(Nobody) && watch.Text.Contains($"{First} > {Nobody}", StringComparison.Ordinal), Is.True.After(10_000, 100));

        watch.Send(PosixSignal.SIGTERM);
        watch.AssertExits(0);
    }

    [Test]
    public async Task CapturesIntoAFile()
    {
        string path = PathOf("all.pcapng");
        using RunningProgram capture = Start($"capture -w {path} --interface 2 --protocol icmp");
        Assert.That(() => File.Exists(path) && new FileInfo(path).Length > 0, Is.True.After(10_000, 50), "the header comes at once");

        Ping(Second);
        Assert.That(() => new FileInfo(path).Length, Is.GreaterThan(200).After(5000, 50));
        capture.Send(PosixSignal.SIGINT);
        capture.AssertExits(0);

        List<CapturedPacket> packets = await ReadAsync(path);
        Assert.That(packets, Has.Count.EqualTo(2), "the echo in, the reply out");
        Assert.That(packets[1].Bytes.Span[26..34].ToArray(), Is.EqualTo(new byte[] { 10, 0, 0, 2, 10, 0, 0, 1 }));
    }

    [Test]
    public async Task CapturesDropsForSomeTime()
    {
        string path = PathOf("drops.pcapng");
        using RunningProgram capture = Start($"capture -w {path} --drops --snap-length 64 --seconds 3 --destination {Nobody}");
        Assert.That(() => File.Exists(path) && new FileInfo(path).Length > 0, Is.True.After(10_000, 50));

        Ping(Nobody);
        Ping(Second);

        capture.AssertExits(0);
        Assert.That((await ReadAsync(path)).Single().Bytes.Length, Is.EqualTo(64));
        Assert.That(await File.ReadAllTextAsync(path), Does.Contain("web (interface 2): dropped: NoRoute"));
    }

    [Test]
    public async Task WritesACaptureIntoAPipe()
    {
        // Its reader goes after the header.
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "sh", ["-c", $"timeout 20 {Repository.OutputOf("ControlSdk/Cli", "vrouterctl")} --address {Address} capture -w - | head -c 4 | od -A n -t x1"])
        {
            RedirectStandardOutput = true,
        })!;

        Assert.That((await shell.StandardOutput.ReadLineAsync())!.Trim(), Is.EqualTo("0a 0d 0d 0a"));
        Assert.That(() => !Ping(Nobody) && shell.HasExited, Is.True.After(15_000, 100));
    }

    [Test]
    public async Task ShowsEvents()
    {
        using RunningProgram events = Start("events --objects --links --standing");
        events.AssertSays("interface 3");
        Assert.That(events.Text, Does.Match(@"link up +interface 2").And.Match(@"applied +vrf 1"));

        await Vrouterctl.RunAsync(Address, """{ "vnis": [ { "vni": 7, "vrf": 1 } ] }""", "apply", "-f", "-");
        events.AssertSays("vni 7");
        await RunAsync("vxlan delete 7");
        events.AssertSays("deleted");

        events.Send(PosixSignal.SIGINT);
        events.AssertExits(0);
        Assert.That(events.Text, Does.Match(@"deleted +vni 7"));
    }

    [Test]
    public async Task TracesAPacket()
    {
        Answer answer = await RunAsync("trace --interface 2 --packet 00005e000100020000000101080045000014000000004001a3ed0a000001c6336401");

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Output, Does.StartWith($"interface 2: 02:00:00:00:01:01 > 00:00:5e:00:01:00, IPv4 {First} > {Nobody}").And.Contain("dropped: "));
        Assert.That((await RunAsync("trace --interface 77 --packet 00")).ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void ExplainsPacketsAsTheyComeIn()
    {
        using RunningProgram watch = Start($"trace watch --interface 2 --destination {Nobody} --limit 1");

        Assert.That(() => !Ping(Nobody) && watch.Text.Contains("dropped: NoRoute", StringComparison.Ordinal), Is.True.After(10_000, 100), watch.Text);
        watch.AssertExits(0);
        Assert.That(watch.Text, Does.Match($@"^\d\d:\d\d:\d\d\.\d\d\d interface 2: .*IPv4 {First} > {Nobody}, ICMP 8/0"));
    }

    [Test]
    public async Task IsReadByTsharkWhileItCaptures()
    {
        if (!File.Exists("/usr/bin/tshark"))
        {
            Assert.Ignore("tshark is not installed (Tests/run installs it as root on Debian)");
        }

        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "sh", ["-c", $"timeout 60 {Repository.OutputOf("ControlSdk/Cli", "vrouterctl")} --address {Address} capture -w - --drops --destination {Nobody} | timeout 60 tshark -n -l -r - -T fields -e frame.interface_name -e ip.dst -e frame.comment"])
        {
            RedirectStandardOutput = true,
        })!;

        Task<string?> line = shell.StandardOutput.ReadLineAsync();
        Assert.That(() => !Ping(Nobody) && line.IsCompleted, Is.True.After(40_000, 100));
        Assert.That(await line, Does.StartWith($"web\t{Nobody}\tweb (interface 2): dropped: NoRoute"), "live: the capture goes on");
        shell.Kill(entireProcessTree: true);
    }

    [Test]
    public async Task ShowsRates()
    {
        Answer answer = await RunAsync("top --count 2 --interval 1");

        Assert.That(answer.Lines.Count(line => line.StartsWith("generation", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(answer.Output, Does.Match(@"(?m)^ +2 +web "));
    }

    private static async Task<List<CapturedPacket>> ReadAsync(string path)
    {
        await using CaptureReader reader = await CaptureReader.OpenAsync(path);
        List<CapturedPacket> packets = [];

        while (await reader.ReadAsync() is { } packet)
        {
            packets.Add(packet);
        }

        return packets;
    }
}

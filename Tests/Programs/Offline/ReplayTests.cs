using System.Text.Json;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Programs.Offline;

internal sealed class ReplayTests : OfflineFixture
{
    private const long Start = 1_700_000_000 * Second + 123_456_000;

    private string Output => PathOf("out");

    [TestCase("MPLS_OVER_UDP", GoldenPackets.MplsOverUdp)]
    [TestCase("MPLS_OVER_GRE", GoldenPackets.MplsOverGre)]
    [TestCase("VXLAN", GoldenPackets.Vxlan)]
    public async Task SendsTheGoldenPackets(string encapsulation, string expected)
    {
        await ReplayAsync(await WriteCaptureAsync("in.pcap", isNanosecond: false, (Start, GoldenPackets.In)), WriteNode(encapsulation));

        CapturedPacket sent = (await ReadCaptureAsync(PathOf("out/1.pcap"))).Single();
        Assert.That(GoldenPackets.WithoutWhatVaries(sent.Bytes.Span), Is.EqualTo(GoldenPackets.WithoutWhatVaries(GoldenPackets.Bytes(expected))));
        Assert.That(sent.Nanoseconds, Is.EqualTo(Start));
    }

    [Test]
    public async Task WritesAFileForEveryInterfaceAndTheBooks()
    {
        await ReplayAsync(await WriteCaptureAsync("in.pcap", isNanosecond: false, (Start, GoldenPackets.In)), WriteNode());

        Assert.That(await ReadCaptureAsync(PathOf("out/2.pcap")), Is.Empty);
        Assert.That(File.ReadAllLines(PathOf("out/flows.jsonl")), Has.Length.EqualTo(2));
        Assert.That(File.ReadAllText(PathOf("out/drops.jsonl")), Is.Empty);
        Assert.That(Directory.GetFileSystemEntries(Output), Has.Length.EqualTo(5));

        JsonElement counters = JsonDocument.Parse(File.ReadAllText(PathOf("out/counters.json"))).RootElement;
        Assert.That(counters.GetProperty("interfaces")[1].GetProperty("rxPackets").GetString(), Is.EqualTo("1"));
        Assert.That(counters.GetProperty("interfaces")[0].GetProperty("txPackets").GetString(), Is.EqualTo("1"));
        Assert.That(counters.TryGetProperty("workers", out _), Is.False);
    }

    [Test]
    public async Task KeepsNanosecondsWhereTheCaptureHasThem()
    {
        await ReplayAsync(await WriteCaptureAsync("in.pcap", isNanosecond: true, (Start + 7, GoldenPackets.In)), WriteNode());

        Assert.That((await ReadCaptureAsync(PathOf("out/1.pcap"))).Single().Nanoseconds, Is.EqualTo(Start + 7));
    }

    [Test]
    public async Task TellsOfEveryDropWithTheWholePacket()
    {
        string spoofed = GoldenPackets.In.Replace("01010101", "01010102");
        await ReplayAsync(await WriteCaptureAsync("in.pcap", isNanosecond: true, (Start + 1, spoofed), (Start + 2, spoofed)), WriteNode());

        string[] drops = File.ReadAllLines(PathOf("out/drops.jsonl"));
        JsonElement drop = JsonDocument.Parse(drops[0]).RootElement;
        Assert.That(drops, Has.Length.EqualTo(2));
        Assert.That(drop.GetProperty("packet").GetBytesFromBase64(), Is.EqualTo(GoldenPackets.Bytes(spoofed)));
        Assert.That(drop.GetProperty("interface").GetInt32(), Is.EqualTo(2));
        Assert.That(drop.GetProperty("reason").GetString(), Is.AnyOf("SpoofedSource", "Malformed"));
        Assert.That(drop.GetProperty("time").GetString(), Is.EqualTo("2023-11-14T22:13:20.123456001Z"));
    }

    [Test]
    public async Task MergesItsInputsByTimeAndPutsOrderRight()
    {
        string first = await WriteCaptureAsync("a.pcap", isNanosecond: true, (Start + 30, In(3)), (Start + 10, In(1)), (Start + 20, In(12)));
        string second = await WriteCaptureAsync("b.pcap", isNanosecond: true, (Start + 20, In(22)), (Start + 40, In(4)));

        await RunAsync(0, "replay", "--config", WriteNode(), "--input", $"2={second}", "--input", $"2={first}", "--output", Output);

        List<CapturedPacket> sent = await ReadCaptureAsync(PathOf("out/1.pcap"));
        Assert.That(sent.Select(packet => packet.Nanoseconds - Start), Is.EqualTo(new[] { 10, 20, 20, 30, 40 }));
        Assert.That(sent.Select(packet => (int)packet.Bytes.Span[^1]), Is.EqualTo(new[] { 1, 22, 12, 3, 4 }));
    }

    [Test]
    public async Task AppliesARequestBeforeAPacketOfTheSameMoment()
    {
        string request = Write("request.json", """{ "upsert": { "routes": [ { "vrf": 1, "prefix": "2.2.2.2/32", "nextHop": 1, "label": 49 } ] } }""");
        string capture = await WriteCaptureAsync("in.pcap", isNanosecond: true,
            (Start, GoldenPackets.In), (Start + Second / 2 - 1, GoldenPackets.In), (Start + Second / 2, GoldenPackets.In));

        await ReplayAsync(capture, WriteNode(), "--apply", $"0.5={request}");

        List<CapturedPacket> sent = await ReadCaptureAsync(PathOf("out/1.pcap"));
        Assert.That(sent.Select(packet => packet.Bytes.Span[43] << 4 | packet.Bytes.Span[44] >> 4), Is.EqualTo(new[] { 48, 48, 49 }));
    }

    [Test]
    public async Task LetsTheClockRunOnForWhatWaits()
    {
        string node = WriteNode();
        Write("node.json", File.ReadAllText(node).Replace(", \"mac\": \"de:ad:be:ef:00:01\" } }", ", \"address\": \"1.1.2.9\" } }"));
        string capture = await WriteCaptureAsync("in.pcap", isNanosecond: false, (Start, GoldenPackets.In));

        await ReplayAsync(capture, node);

        // Requests at 0, 1 and 2 s; after 3 s what waits is dropped (semantics, section 8).
        List<CapturedPacket> asked = await ReadCaptureAsync(PathOf("out/1.pcap"));
        JsonElement drop = JsonDocument.Parse(File.ReadAllText(PathOf("out/drops.jsonl"))).RootElement;
        Assert.That(asked.Select(packet => (packet.Nanoseconds - Start) / (Second / 10)), Is.EqualTo(new[] { 0, 10, 20 }));
        Assert.That(asked.Select(packet => packet.Bytes.Span[13]), Is.All.EqualTo(0x06));
        Assert.That(drop.GetProperty("reason").GetString(), Is.EqualTo("NeighbourUnresolved"));
        Assert.That(drop.GetProperty("time").GetString(), Is.EqualTo("2023-11-14T22:13:23.123456Z"));
    }

    [Test]
    public async Task SettlesNoLongerThanItIsTold()
    {
        string node = WriteNode();
        Write("node.json", File.ReadAllText(node).Replace(", \"mac\": \"de:ad:be:ef:00:01\" } }", ", \"address\": \"1.1.2.9\" } }"));

        await ReplayAsync(await WriteCaptureAsync("in.pcap", isNanosecond: false, (Start, GoldenPackets.In)), node, "--settle", "1.5");

        Assert.That(await ReadCaptureAsync(PathOf("out/1.pcap")), Has.Count.EqualTo(2));
        Assert.That(File.ReadAllText(PathOf("out/drops.jsonl")), Is.Empty);
        Assert.That(File.ReadAllText(PathOf("out/counters.json")), Does.Contain("\"held\": \"1\""));
    }

    [Test]
    public async Task LeavesEmptyFilesWhenThereAreNoPackets()
    {
        await ReplayAsync(await WriteCaptureAsync("in.pcap", isNanosecond: false), WriteNode());

        Assert.That(await ReadCaptureAsync(PathOf("out/1.pcap")), Is.Empty);
        Assert.That(File.ReadAllText(PathOf("out/drops.jsonl")), Is.Empty);
    }

    [Test]
    public async Task WritesTheSameBytesWhateverTheNumberOfWorkers()
    {
        string node = WriteNode();
        string tenant = await WriteCaptureAsync("tenant.pcap", isNanosecond: true,
            [.. Enumerable.Range(0, 200).Select(i => (Start + i * 1_000_000L, i % 7 == 0 ? In(i)[..90] : In(i)))]);
        string fabric = await WriteCaptureAsync("fabric.pcap", isNanosecond: false,
            [.. Enumerable.Range(0, 200).Select(i => (Start + i * 1_500_000L, i % 2 == 0 ? GoldenPackets.MplsOverUdp : GoldenPackets.MplsOverGre))]);
        var outputs = new List<string[]>();

        for (int workers = 1; workers <= 4; workers++)
        {
            string output = PathOf($"out{workers}");
            await RunAsync(0, "replay", "--config", node, "--input", $"2={tenant}", "--input", $"1={fabric}", "--workers", $"{workers}", "--output", output);
            outputs.Add([.. Directory.GetFiles(output).Order().Select(file => Convert.ToHexString(File.ReadAllBytes(file)))]);
        }

        Assert.That(outputs[0], Has.Some.Length.GreaterThan(1000));
        Assert.That(outputs, Is.All.EqualTo(outputs[0]));
    }

    [Test]
    public async Task RefusesAConfigurationWithEveryProblemAndWritesNothing()
    {
        string node = Write("node.json", """
            {
              "interfaces": [ { "id": 2, "kind": "TENANT", "mac": "x", "vrf": 9, "vlan": 5000 } ],
              "routes": [ { "prefix": "10.0.0.1/8", "nextHop": 3 } ]
            }
            """);

        string errors = await RunAsync(2, "replay", "--config", node, "--input", $"2={await WriteCaptureAsync("in.pcap", false)}", "--output", Output);

        Assert.That(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(5).And.All.StartWith($"vrouter: {node}: "));
        Assert.That(errors, Does.Contain("interface 2: mac: 'x' is not the MAC address of a station"));
        Assert.That(errors, Does.Contain("interface 2: vrf: ").And.Contain("interface 2: vlan: "));
        Assert.That(errors, Does.Contain("prefix: ").And.Contain("next_hop: "));
        Assert.That(Output, Does.Not.Exist);
    }

    [Test]
    public async Task RefusesALaterRequestAndWritesNothing()
    {
        string request = Write("request.json", """{ "upsert": { "vnis": [ { "vni": 5001, "vrf": 77 } ] } }""");
        string capture = await WriteCaptureAsync("in.pcap", isNanosecond: false, (Start, GoldenPackets.In));

        string errors = await RunAsync(2, "replay", "--config", WriteNode(), "--input", $"2={capture}", "--apply", $"1={request}", "--output", Output);

        Assert.That(errors, Does.Contain($"{request}: vni 5001: vrf: "));
        Assert.That(Output, Does.Not.Exist);
    }

    [Test]
    public async Task LeavesEarlierOutputAsItWasWhenItFails()
    {
        Directory.CreateDirectory(Output);
        Write("out/1.pcap", "earlier");
        string capture = await WriteCaptureAsync("in.pcap", isNanosecond: false, (Start, GoldenPackets.In));
        File.WriteAllBytes(capture, File.ReadAllBytes(capture)[..^1]);

        string errors = await RunAsync(1, "replay", "--config", WriteNode(), "--input", $"2={capture}", "--output", Output);

        Assert.That(errors, Is.EqualTo($"vrouter: {capture}: cut short in packet 1 at byte {new FileInfo(capture).Length}\n"));
        Assert.That(Directory.GetFileSystemEntries(Output), Is.EqualTo(new[] { PathOf("out/1.pcap") }));
        Assert.That(File.ReadAllText(PathOf("out/1.pcap")), Is.EqualTo("earlier"));
    }

    [TestCase(2, "no such interface", "--input", "9=IN")]
    [TestCase(2, "--input: 'IN' is not ID=FILE", "--input", "IN")]
    [TestCase(1, "no-such-file.pcap", "--input", "2=no-such-file.pcap")]
    [TestCase(2, "--apply", "--apply", "x=IN")]
    [TestCase(2, "--workers", "--workers", "0")]
    [TestCase(2, "--settle", "--settle", "-1")]
    [TestCase(2, "--no-such-option", "--no-such-option")]
    public async Task SaysWhatIsWrongWithItsCommandLine(int exitCode, string expected, params string[] options)
    {
        string capture = await WriteCaptureAsync("in.pcap", isNanosecond: false, (Start, GoldenPackets.In));

        string errors = await RunAsync(exitCode, ["replay", "--config", WriteNode(), "--output", Output, .. options.Select(option => option.Replace("IN", capture))]);

        Assert.That(errors, Does.Contain(expected.Replace("IN", capture).Replace("no such interface", "there is no interface 9")));
        Assert.That(errors, Does.Not.Contain("   at "));
        Assert.That(Output, Does.Not.Exist);
    }

    private static string In(int last) => GoldenPackets.In[..^2] + ((byte)last).ToString("x2");

    private Task<string> ReplayAsync(string capture, string node, params string[] options) =>
        RunAsync(0, ["replay", "--config", node, "--input", $"2={capture}", "--output", Output, .. options]);

    private static async Task<string> RunAsync(int expectedExitCode, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await VrouterProgram.RunAsync(arguments);
        Assert.That(exitCode, Is.EqualTo(expectedExitCode), errors);
        Assert.That(output, Is.Empty);
        Assert.That(errors, expectedExitCode == 0 ? Is.Empty : Is.Not.Empty);

        return errors;
    }
}

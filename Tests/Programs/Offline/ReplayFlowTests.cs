using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace VRouter.Tests.Programs.Offline;

/// <summary>The flows that a replay tells of.</summary>
internal sealed class ReplayFlowTests : OfflineFixture
{
    private const long Start = 1_700_000_000 * Second + 123_456_000;
    private const string StartText = "2023-11-14T22:13:20.123456Z";

    [Test]
    public async Task StandARecordADirection()
    {
        string[] flows = await ReplayAsync([(Start, GoldenPackets.In)]);

        Assert.That(flows, Is.EqualTo(new[]
        {
            $$"""{ "key": {{Key("1.1.1.1", "2.2.2.2")}}, "reverseKey": {{Key("2.2.2.2", "1.1.1.1")}}, "action": "FORWARD", "nextHop": 1, "packets": "1", "bytes": "122", "started": "{{StartText}}", "lastSeen": "{{StartText}}" }""",
            $$"""{ "key": {{Key("2.2.2.2", "1.1.1.1")}}, "reverseKey": {{Key("1.1.1.1", "2.2.2.2")}}, "action": "FORWARD", "started": "{{StartText}}", "lastSeen": "{{StartText}}" }""",
        }));
        Assert.That(File.ReadAllText(PathOf("out/counters.json")), Does.Contain("\"flows\": \"2\"").And.Contain("\"flowsCreated\": \"2\""));
    }

    [Test]
    public async Task EndForAReason()
    {
        string[] flows = await ReplayAsync([(Start, GoldenPackets.In)], "--settle", "130");

        Assert.That(flows, Has.Length.EqualTo(2).And.All.EndsWith($$""" "lastSeen": "{{StartText}}", "endReason": "TimedOut" }"""));
        Assert.That(File.ReadAllText(PathOf("out/counters.json")), Does.Not.Contain("\"flows\":").And.Contain("\"flowsCreated\": \"2\""));
    }

    [Test]
    public async Task AreTimedByTheCapture()
    {
        string[] flows = await ReplayAsync([(Start + 7, From(1)), (Start + 7_654_321, From(2)), (Start + Second + 9, From(2))]);

        Assert.That(flows.Where(IsFromTenant).Select(flow => (Text(flow, "started"), Text(flow, "lastSeen"))), Is.EqualTo(new[]
        {
            ("2023-11-14T22:13:20.123456007Z", "2023-11-14T22:13:20.123456007Z"),
            ("2023-11-14T22:13:20.131110321Z", "2023-11-14T22:13:21.123456009Z"),
        }));
    }

    [Test]
    public async Task AreInTheOrderOfTheirEndsThenOfTheirBeginnings()
    {
        string[] flows = await ReplayAsync(
            [(Start, From(3)), (Start + Second, From(1)), (Start + 2 * Second, From(2)), (Start + 50 * Second, From(3))], "--settle", "73.5");

        Assert.That(flows.Where(IsFromTenant).Select(flow => (Port(flow), Text(flow, "endReason"))), Is.EqualTo(new[] { (1, "TimedOut"), (2, "TimedOut"), (3, "") }));
    }

    [Test]
    public async Task AreTheSameWhateverTheNumberOfWorkers([Values("5", "125")] string settle)
    {
        (long, string)[] packets = [.. Enumerable.Range(0, 1500).Select(i => (Start + i * 10_000L, From(1 + i * 7919 % 1000)))];
        string[] one = await ReplayAsync(packets, "--settle", settle);

        for (int workers = 2; workers <= 3; workers++)
        {
            Assert.That(await ReplayAsync(packets, "--settle", settle, "--workers", $"{workers}"), Is.EqualTo(one));
        }

        Assert.That(one, Has.Length.EqualTo(2000));
        Assert.That(one.Count(flow => Text(flow, "endReason") == "TimedOut"), Is.EqualTo(settle == "5" ? 0 : 2000));
    }

    [Test]
    public async Task NameTheRuleThatDenied()
    {
        string node = File.ReadAllText(WriteNode())
            .Replace("\"label\": 20", "\"label\": 20, \"securityGroups\": [ 8000010 ]")
            .Replace(""" "routes": [""", """ "securityGroups": [ { "id": 8000010, "rules": [ { "id": "no-udp", "direction": "EGRESS", "action": "DENY", "protocol": 17 } ] } ], "routes": [""");

        string[] flows = await ReplayAsync(Write("guarded.json", node), [(Start, GoldenPackets.In), (Start + Second, GoldenPackets.In)], "--settle", "6");

        Assert.That(flows[0], Does.EndWith(""" "ruleId": "no-udp", "dropReason": "SecurityGroupDenied", "endReason": "TimedOut" }""").And.Contain("\"action\": \"DROP\", \"packets\": \"2\""));
        Assert.That(File.ReadAllLines(PathOf("out/drops.jsonl")), Has.Length.EqualTo(2)
            .And.All.Contains("\"reason\": \"SecurityGroupDenied\", \"object\": { \"securityGroup\": 8000010 }, \"ruleId\": \"no-udp\""));
    }

    private static string Key(string source, string destination) =>
        $$"""{ "vrf": 1, "source": "{{source}}", "destination": "{{destination}}", "protocol": 17, "sourcePort": 7936, "destinationPort": 7936, "interface": 2 }""";

    private static string From(int port) => GoldenPackets.In.Replace("1f001f00", port.ToString("x4", CultureInfo.InvariantCulture) + "1f00");

    private static bool IsFromTenant(string flow) => Property(flow, "key").GetProperty("source").GetString() == "1.1.1.1";

    private static int Port(string flow) => Property(flow, "key").GetProperty("sourcePort").GetInt32();

    private static string Text(string flow, string property) =>
        JsonDocument.Parse(flow).RootElement.TryGetProperty(property, out JsonElement value) ? value.GetString()! : "";

    private static JsonElement Property(string flow, string property) => JsonDocument.Parse(flow).RootElement.GetProperty(property);

    private Task<string[]> ReplayAsync((long Nanoseconds, string Packet)[] packets, params string[] options) => ReplayAsync(WriteNode(), packets, options);

    private async Task<string[]> ReplayAsync(string node, (long Nanoseconds, string Packet)[] packets, params string[] options)
    {
        string capture = await WriteCaptureAsync("in.pcap", isNanosecond: true, packets);
        (int exitCode, _, string errors) = await VrouterProgram.RunAsync(
            ["replay", "--config", node, "--input", $"2={capture}", "--output", PathOf("out"), .. options]);

        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        return File.ReadAllLines(PathOf("out/flows.jsonl"));
    }
}

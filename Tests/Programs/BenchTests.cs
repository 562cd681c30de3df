using System.Text.Json;
using NUnit.Framework;

namespace VRouter.Tests.Programs;

internal sealed class BenchTests
{
    private static readonly string[] s_fields =
    [
        "scenario", "flows", "frame", "workers", "batch", "seconds", "packets", "mpps", "nsPerPacket", "cyclesPerPacket",
        "allocatedBytes", "gen0", "drops", "p50Ns", "p99Ns", "p999Ns", "flowsPerSecond", "flowsRedecided", "changesPerSecond",
    ];

    private static readonly string[] s_scenarios =
    [
        "limit", "l3", "vxlan-encap", "vxlan-decap", "mplsoudp-encap", "mplsoudp-decap", "ipv6-vxlan-encap", "fragments", "local",
        "fip", "ecmp", "snat", "setup", "setup-policy", "setup-service", "setup-fip", "setup-snat", "churn",
    ];

    [Test]
    public void ListsItsScenarios()
    {
        string[] lines = BenchProgram.Run(0, "list");

        Assert.That(lines.Select(line => line.Split(' ')[0]),
            Is.EqualTo(s_scenarios));
    }

    [Test]
    public void GivesExactlyTheFieldsThatProgramsRelyOn()
    {
        JsonElement measurement = Measure("limit", "--flows", "512", "--frame", "128", "--batch", "32");

        Assert.That(measurement.EnumerateObject().Select(field => field.Name), Is.EqualTo(s_fields));
        Assert.That(measurement.GetProperty("scenario").GetString(), Is.EqualTo("limit"));
        Assert.That(measurement.GetProperty("flows").GetInt32(), Is.EqualTo(512));
        Assert.That(measurement.GetProperty("frame").GetInt32(), Is.EqualTo(128));
        Assert.That(measurement.GetProperty("workers").GetInt32(), Is.EqualTo(1));
        Assert.That(measurement.GetProperty("batch").GetInt32(), Is.EqualTo(32));
    }

    [Test]
    public void AllocatesNothingPerPacket([ValueSource(nameof(s_scenarios))] string scenario)
    {
        JsonElement measurement = Measure(scenario);

        Assert.That(measurement.GetProperty("allocatedBytes").GetInt64(), Is.Zero);
        // What changes is allocated, but not by workers.
        Assert.That(measurement.GetProperty("gen0").GetInt32(), scenario == "churn" ? Is.Not.Negative : Is.Zero);
        Assert.That(measurement.GetProperty("drops").GetInt64(), Is.Zero);
        Assert.That(measurement.GetProperty("packets").GetInt64(), Is.Positive);
        Assert.That(measurement.GetProperty("p50Ns").GetInt64(), Is.Positive);
    }

    [TestCase("limit")]
    [TestCase("vxlan-encap")]
    [TestCase("vxlan-decap")]
    [TestCase("ipv6-vxlan-encap")]
    [TestCase("fip")]
    [TestCase("snat")]
    public void LetsAFrameStandForManyFlows(string scenario)
    {
        // Not a multiple of the frames: some stand for one more than others.
        JsonElement measurement = Measure(scenario, "--flows", "200000");

        Assert.That(measurement.GetProperty("flows").GetInt32(), Is.EqualTo(200_000));
        Assert.That(measurement.GetProperty("allocatedBytes").GetInt64(), Is.Zero);
        Assert.That(measurement.GetProperty("drops").GetInt64(), Is.Zero);
    }

    [Test]
    public void ChangesWhatDoesNotConcernTheFlows()
    {
        JsonElement measurement = Measure("churn");

        Assert.That(measurement.GetProperty("changesPerSecond").GetInt64(), Is.Positive);
        Assert.That(measurement.GetProperty("flowsPerSecond").GetInt64(), Is.Zero);
        Assert.That(measurement.GetProperty("flowsRedecided").GetInt64(), Is.Zero);
    }

    [TestCase("setup")]
    [TestCase("setup-policy", "--rules", "100")]
    [TestCase("setup-service", "--members", "1000")]
    [TestCase("setup-fip")]
    [TestCase("setup-snat")]
    public void SetsAFlowUpWithEachPacket(string scenario, params string[] options)
    {
        JsonElement measurement = Measure(scenario, options);
        double packets = measurement.GetProperty("packets").GetInt64() / measurement.GetProperty("seconds").GetDouble();

        Assert.That(measurement.GetProperty("flowsPerSecond").GetInt64(), Is.EqualTo(packets).Within(1).Percent);
    }

    [Test]
    public void SetsNoFlowUpWhileEstablishedOnesAreMeasured([Values("vxlan-encap", "mplsoudp-decap", "fragments", "local", "fip", "ecmp", "snat")] string scenario) =>
        Assert.That(Measure(scenario).GetProperty("flowsPerSecond").GetInt64(), Is.Zero);

    [TestCase("ipv6-vxlan-encap", 64)]
    [TestCase("fragments", 66)]
    public void SaysWhatItMadeOfAFrameThatIsTooShort(string scenario, int frame) =>
        Assert.That(Measure(scenario, "--frame", "60").GetProperty("frame").GetInt32(), Is.EqualTo(frame));

    [TestCase("limit")]
    [TestCase("l3")]
    [TestCase("vxlan-encap")]
    public void AddsUpItsWorkers(string scenario)
    {
        JsonElement measurement = Measure(scenario, "--workers", "2");

        Assert.That(measurement.GetProperty("workers").GetInt32(), Is.EqualTo(2));
        Assert.That(measurement.GetProperty("allocatedBytes").GetInt64(), Is.Zero);
        Assert.That(measurement.GetProperty("drops").GetInt64(), Is.Zero);
        Assert.That(measurement.GetProperty("mpps").GetDouble() * measurement.GetProperty("nsPerPacket").GetDouble(), Is.EqualTo(2000).Within(10));
    }

    [Test]
    public void MeasuresRoutes()
    {
        JsonElement[] rows = [.. BenchProgram.Run(0, "routes", "--ipv4", "20000", "--ipv6", "5000", "--vrfs", "100", "--json").Select(Parse)];

        Assert.That(rows.Select(row => row.GetProperty("family").GetString()), Is.EqualTo(new[] { "ipv4", "ipv6", "ipv4" }));
        Assert.That(rows.Select(row => row.GetProperty("routes").GetInt32()), Is.EqualTo(new[] { 20_000, 5_000, 1_000 }));
        Assert.That(rows.Select(row => row.GetProperty("vrfs").GetInt32()), Is.EqualTo(new[] { 1, 1, 100 }));
        Assert.That(rows.Select(row => row.GetProperty("nsPerLookup").GetDouble()), Is.All.Positive);
        Assert.That(rows.Select(row => row.GetProperty("changeUs").GetDouble()), Is.All.Positive);
        Assert.That(rows.Select(row => row.GetProperty("lookupBytes").GetInt64()), Is.All.Positive);
    }

    [Test]
    public void MeasuresServices()
    {
        JsonElement[] rows = [.. BenchProgram.Run(0, "services", "--flows", "100000", "--json").Select(Parse)];

        Assert.That(
            rows.Select(row => row.GetProperty("scenario").GetString()),
            Is.EqualTo(new[] { "spread", "spread", "removal", "snat-sessions", "snat-sessions" }));
        Assert.That(rows[0].GetProperty("most").GetDouble(), Is.InRange(1, 1.05));
        Assert.That(rows[1].GetProperty("most").GetDouble(), Is.InRange(1, 1.1));
        Assert.That(rows[2].GetProperty("movedOthers").GetInt32(), Is.Zero);
        Assert.That(rows[2].GetProperty("beyond").GetDouble(), Is.InRange(0, 0.02));
        Assert.That(rows[3].GetProperty("ports").GetInt32(), Is.EqualTo(1), "its own, to every destination");
        Assert.That(rows[4].GetProperty("ports").GetInt32(), Is.GreaterThanOrEqualTo(rows[4].GetProperty("clients").GetInt32()));
        Assert.That(rows.Skip(3).Select(row => row.GetProperty("setUpsPerSecond").GetInt64()), Is.All.Positive);
    }

    [Test]
    public void MeasuresAVRouterThatIsProgrammedAndWatched()
    {
        JsonElement[] rows = [.. BenchProgram.Run(0, "control", "--routes", "5000", "--watchers", "3", "--seconds", "0.5", "--json").Select(Parse)];

        Assert.That(
            rows.Select(row => row.GetProperty("scenario").GetString()),
            Is.EqualTo(new[] { "apply-stream", "apply-one", "sync", "watch", "unary", "unary", "state" }));
        Assert.That(rows[0].GetProperty("addedPerSecond").GetDouble(), Is.Positive);
        Assert.That(rows[1].GetProperty("seenUs").GetDouble(), Is.Positive);
        Assert.That(rows[2].GetProperty("changed").GetInt32(), Is.EqualTo(10));
        Assert.That(rows[2].GetProperty("redecided").GetDouble(), Is.EqualTo(10), "a flow for each of them, and no others");
        Assert.That(rows[3].GetProperty("eventsPerSecond").GetDouble(), Is.Positive);
        Assert.That(rows[3].GetProperty("miscounted").GetInt32(), Is.Zero, "what is lost is counted");
        Assert.That(rows[4..6].Select(row => row.GetProperty("perSecond").GetDouble()), Is.All.Positive);
        Assert.That(rows[6].GetProperty("keptPerSecond").GetDouble(), Is.Positive);
        Assert.That(rows[6].GetProperty("bytesPerRoute").GetDouble(), Is.InRange(10, 100));
    }

    [Test]
    public void FloodsATenantWithoutPushingOutTheFlowsOfOthers()
    {
        JsonElement figures = Parse(BenchProgram.Run(0, "flood", "--flows", "256", "--repeat", "1", "--seconds", "0.2", "--json").Single());

        Assert.That(figures.GetProperty("scenario").GetString(), Is.EqualTo("syn-flood"));
        Assert.That(figures.GetProperty("capacityMpps").GetDouble(), Is.Positive);
        Assert.That(figures.GetProperty("lost").GetInt64(), Is.Not.Negative);
        Assert.That(figures.GetProperty("flowsSetUpAgain").GetInt64(), Is.Zero);
        Assert.That(figures.GetProperty("allocatedBytes").GetInt64(), Is.Zero);
    }

    [Test]
    public void ComparesInPairs()
    {
        string[] lines = BenchProgram.Run(0, "run", "limit", "--against", "limit", "--repeat", "3", "--seconds", "0.1", "--json");
        JsonElement comparison = Parse(lines[^1]);
        double[] rates = [.. lines[..^1].Select(line => Parse(line).GetProperty("mpps").GetDouble())];

        Assert.That(rates, Has.Length.EqualTo(6));
        Assert.That(comparison.GetProperty("peerName").GetString(), Is.EqualTo("limit"));
        Assert.That(comparison.GetProperty("pairs").GetInt32(), Is.EqualTo(3));
        Assert.That(comparison.GetProperty("ratio").GetDouble(), Is.EqualTo(rates.Chunk(2).Select(pair => pair[0] / pair[1]).Order().ElementAt(1)).Within(0.01));
    }

    [TestCase("run", "no-such-scenario")]
    [TestCase("run", "limit", "--frame", "59")]
    [TestCase("run", "limit", "--seconds", "0")]
    [TestCase("run", "setup-policy", "--rules", "50001")]
    [TestCase("run", "ecmp", "--members", "4097")]
    [TestCase("services", "--members", "1")]
    [TestCase("control", "no-such-figure")]
    [TestCase("io", "setup")]
    [TestCase("no-such-command")]
    public void SaysWhatIsWrongWithItsCommandLine(params string[] arguments) => BenchProgram.Run(2, arguments);

    private static JsonElement Measure(string scenario, params string[] options) =>
        Parse(BenchProgram.Run(0, ["run", scenario, "--json", "--seconds", "0.3", .. options]).Single());

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}

using System.Text.Json;
using NUnit.Framework;

namespace VRouter.Tests.Programs.Offline;

internal sealed class TraceTests : OfflineFixture
{
    [Test]
    public async Task TellsTheStepsAndWhatLeaves()
    {
        string text = await RunAsync(0, "--interface", "2", "--packet", GoldenPackets.In);
        string[] lines = text.TrimEnd('\n').Split('\n');

        Assert.That(lines[0], Is.EqualTo("interface 2: de:ad:be:ef:00:02 > de:ad:be:ef:00:01, IPv4 1.1.1.1 > 2.2.2.2, UDP 7936 > 7936 (122 bytes)"));
        Assert.That(lines, Has.Some.EndsWith("[route 2.2.2.2/32 in vrf 1]"));
        Assert.That(lines[^2], Does.Match(
            @"^sent to interface 1: de:ad:be:ef:00:02 > de:ad:be:ef:00:01, IPv4 1\.1\.2\.2 > 2\.2\.1\.1, UDP \d+ > 6635, MPLS 48, IPv4 1\.1\.1\.1 > 2\.2\.2\.2, UDP 7936 > 7936 \(154 bytes\)$"));
        Assert.That(GoldenPackets.WithoutWhatVaries(Convert.FromHexString(lines[^1].Trim())),
            Is.EqualTo(GoldenPackets.WithoutWhatVaries(GoldenPackets.Bytes(GoldenPackets.MplsOverUdp))));
    }

    [Test]
    public async Task TellsWhyAPacketIsDropped() => Assert.That(
        await RunAsync(0, "--interface", "2", "--packet", GoldenPackets.In[..40]), Does.EndWith("\ndropped: Malformed\n"));

    [Test]
    public async Task GivesTheTraceResponseAsJson()
    {
        JsonElement trace = JsonDocument.Parse(await RunAsync(0, "--interface", "2", "--packet", GoldenPackets.In, "-o", "json")).RootElement;

        Assert.That(trace.GetProperty("steps").GetArrayLength(), Is.Positive);
        Assert.That(trace.GetProperty("outputs")[0].GetProperty("interface").GetInt32(), Is.EqualTo(1));
        Assert.That(trace.TryGetProperty("dropReason", out _), Is.False);
    }

    [Test]
    public async Task TakesAPacketFromACapture()
    {
        string capture = await WriteCaptureAsync("in.pcap", isNanosecond: false, (0, "00"), (0, GoldenPackets.In));

        Assert.That(await RunAsync(0, "--interface", "2", "--pcap", capture, "--frame", "2"), Does.Contain("MPLS 48"));
        Assert.That(await RunAsync(0, "--interface", "2", "--pcap", capture), Does.Contain("dropped: Malformed"));
        Assert.That(await RunAsync(2, "--interface", "2", "--pcap", capture, "--frame", "3"), Does.Contain("has no packet 3"));
    }

    [TestCase("--interface", "9", "--packet", "00")]
    [TestCase("--interface", "2", "--packet", "0")]
    [TestCase("--interface", "2", "--packet", "xx")]
    [TestCase("--interface", "2")]
    [TestCase("--interface", "2", "--packet", "00", "--frame", "1")]
    [TestCase("--interface", "2", "--packet", "00", "-o", "xml")]
    public async Task SaysWhatIsWrongWithItsCommandLine(params string[] options) => Assert.That(
        (await RunAsync(2, options)).Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(1).And.All.StartWith("vrouter: "));

    [Test]
    public async Task FailsWhenTheCaptureCannotBeRead() => Assert.That(
        await RunAsync(1, "--interface", "2", "--pcap", PathOf("none.pcap")), Does.Contain("none.pcap"));

    /// <summary>Standard output where it succeeds, standard error where not.</summary>
    private async Task<string> RunAsync(int expectedExitCode, params string[] options)
    {
        (int exitCode, string output, string errors) = await VrouterProgram.RunAsync(["trace", "--config", WriteNode(), .. options]);
        Assert.That(exitCode, Is.EqualTo(expectedExitCode), errors);
        Assert.That(expectedExitCode == 0 ? errors : output, Is.Empty);

        return expectedExitCode == 0 ? output : errors;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace VRouter.Tests.Programs;

internal sealed class BenchIoTests
{
    private const int Interrupted = 130;

    [SetUp]
    public void RequireRoot()
    {
        if (!Environment.IsPrivilegedProcess || Environment.ProcessorCount < 2)
        {
            Assert.Ignore("needs root, for network namespaces and AF_XDP, and two processors");
        }
    }

    [Test]
    public void ForwardsFromVethToVethAndLeavesNothing([Values("l3", "vxlan-encap", "mplsoudp-decap")] string scenario)
    {
        using Process process = BenchProgram.Start("io", scenario, "--alone", "--repeat", "1", "--seconds", "0.2", "--json");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, process.StandardError.ReadToEnd());
        JsonElement measurement = JsonDocument.Parse(output).RootElement;
        Assert.That(measurement.GetProperty("packets").GetInt64(), Is.Positive);
        Assert.That(measurement.GetProperty("allocatedBytes").GetInt64(), Is.Zero);
        Assert.That(NamespacesOf(process.Id), Is.Empty);
    }

    [Test]
    public void LeavesNothingWhenInterrupted()
    {
        using Process process = BenchProgram.Start("io", "--alone", "--repeat", "100", "--seconds", "0.2");

        // Its first line comes when it is forwarding.
        process.StandardOutput.ReadLine();
        string[] meanwhile = NamespacesOf(process.Id);
        using Process interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        process.WaitForExit();

        Assert.That(meanwhile, Has.Length.EqualTo(2));
        Assert.That(process.ExitCode, Is.EqualTo(Interrupted));
        Assert.That(NamespacesOf(process.Id), Is.Empty);
    }

    private static string[] NamespacesOf(int process) =>
        Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns", string.Create(CultureInfo.InvariantCulture, $"vrbench-{process}-*")) : [];
}

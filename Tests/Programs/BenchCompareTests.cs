using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace VRouter.Tests.Programs;

internal sealed class BenchCompareTests
{
    private const string Peer = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk";
    private const int Interrupted = 130;

    [Test]
    public void SaysWhenThePeerIsNotInstalled()
    {
        // In a mount namespace of its own, with nothing where the peer may be.
        using Process process = File.Exists(Peer) ? StartWithoutPeer("compare") : BenchProgram.Start("compare");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, process.StandardError.ReadToEnd());
        Assert.That(output, Does.Contain("not installed").And.Contain("openvswitch-switch-dpdk"));
    }

    [Test]
    public void PrintsARowForEachPeer()
    {
        RequirePeer();

        string[] lines = BenchProgram.Run(0, "compare", "--flows", "64", "--repeat", "1", "--seconds", "0.2", "--json");
        JsonElement[] rows = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];

        Assert.That(rows.Select(row => row.GetProperty("peerName").GetString()), Is.EqualTo(new[] { "ovs-dpdk", "ovs-dpdk-one-tunnel" }));
        Assert.That(rows.Select(row => row.GetProperty("scenario").GetString()), Is.All.EqualTo("vxlan-encap"));
        Assert.That(rows.Select(row => row.GetProperty("flows").GetInt32()), Is.All.EqualTo(64));

        foreach (JsonElement row in rows)
        {
            Assert.That(row.GetProperty("ratio").GetDouble(), Is.EqualTo(row.GetProperty("ours").GetDouble() / row.GetProperty("peer").GetDouble()).Within(0.1));
            Assert.That(row.GetProperty("spread").GetDouble(), Is.Zero);
        }
    }

    [Test]
    public void LeavesNothingWhenInterrupted()
    {
        RequirePeer();
        using Process process = BenchProgram.Start("compare", "--flows", "64", "--repeat", "1000", "--seconds", "0.1");

        // A heading, and the first pair.
        process.StandardOutput.ReadLine();
        process.StandardOutput.ReadLine();
        string[] meanwhile = ProcessesOf(process.Id);
        using Process interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        process.WaitForExit();

        Assert.That(meanwhile, Has.Length.EqualTo(2));
        Assert.That(process.ExitCode, Is.EqualTo(Interrupted));
        Assert.That(ProcessesOf(process.Id), Is.Empty);
        Assert.That(Directory.GetDirectories(Path.GetTempPath(), FolderOf(process.Id) + "*"), Is.Empty);
    }

    [TestCase("compare", "--flows", "65537")]
    [TestCase("compare", "--peer", "no-such-peer")]
    public void SaysWhatIsWrongWithItsCommandLine(params string[] arguments) => BenchProgram.Run(2, arguments);

    private static Process StartWithoutPeer(params string[] arguments)
    {
        RequireRoot();
        string hide = $"mount -t tmpfs none {Path.GetDirectoryName(Peer)} && exec \"$0\" \"$@\"";

        return Process.Start(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", hide, Repository.OutputOf("Bench", "vrouter-bench"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static void RequirePeer()
    {
        if (!File.Exists(Peer))
        {
            Assert.Ignore("needs Open vSwitch with DPDK (Debian: openvswitch-switch-dpdk)");
        }

        RequireRoot();
    }

    private static void RequireRoot()
    {
        if (!Environment.IsPrivilegedProcess || Environment.ProcessorCount < 2)
        {
            Assert.Ignore("needs root, for a network namespace, and two processors");
        }
    }

    private static string FolderOf(int process) => string.Create(CultureInfo.InvariantCulture, $"vrouter-bench-ovs-{process}-");

    // Those that were told of its folder.
    private static string[] ProcessesOf(int process) => [.. Directory.GetDirectories("/proc").Where(path => CommandLineOf(path).Contains(FolderOf(process)))];

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";  // no process, or it has just ended
        }
    }
}

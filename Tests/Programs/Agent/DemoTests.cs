using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.Native;

namespace VRouter.Tests.Programs.Agent;

internal sealed class DemoTests
{
    [Test]
    public void ShowsWithoutPrivilegesThatWhatShouldPassPasses()
    {
        using RunningProgram demo = new("demo", "--embedded");

        demo.AssertExits(0, seconds: 60);

        Assert.That(demo.Text, Does.Contain("in-process guests"));
        AssertTellsEverything(demo.Text);
    }

    [Test]
    public void ShowsWithRealPodsThatWhatShouldPassPasses()
    {
        RequireRoot();
        string before = DescribeMachine();

        using RunningProgram demo = new("demo");
        demo.AssertExits(0, seconds: 60);

        Assert.That(demo.Text, Does.Contain("real pods").And.Contain("af_xdp"));
        AssertTellsEverything(demo.Text);
        Assert.That(DescribeMachine(), Is.EqualTo(before), "everything it made is gone");
    }

    [TestCase(PosixSignal.SIGINT)]
    [TestCase(PosixSignal.SIGTERM)]
    public void LeavesNothingWhenItIsInterrupted(PosixSignal signal)
    {
        RequireRoot();
        string before = DescribeMachine();

        using RunningProgram demo = new("demo");
        demo.AssertSays("✓");
        demo.Send(signal);
        demo.AssertExits(1, seconds: 15);

        Assert.That(demo.Text, Does.Contain("interrupted"));
        Assert.That(DescribeMachine(), Is.EqualTo(before));
    }

    [Test]
    public void LeavesNothingWhenItIsKilled()
    {
        RequireRoot();
        string before = DescribeMachine();

        using RunningProgram demo = new("demo");
        demo.AssertSays("✓");
        demo.Kill();

        Assert.That(() => DescribeMachine(), Is.EqualTo(before).After(15_000, 20));
    }

    [Test]
    public void KeepsCapturesOfEveryPortAndTheConfigurations()
    {
        string directory = Directory.CreateTempSubdirectory("vrouter-demo").FullName;

        try
        {
            using RunningProgram demo = new("demo", "--embedded", "--keep", directory);
            demo.AssertExits(0, seconds: 60);

            byte[] fabric = File.ReadAllBytes(Path.Combine(directory, "node-1-fabric.pcap"));
            Assert.That(TunnelPorts(fabric), Is.SupersetOf(new[] { 4789, 6635 }));
            Assert.That(new FileInfo(Path.Combine(directory, "dev-web-k528t.pcap")).Length, Is.GreaterThan(4_000_000));
            Assert.That(ConfigFile.Read(Path.Combine(directory, "node-2-mplsoverudp.json")).Interfaces, Has.Count.EqualTo(4));
            Assert.That(ConfigFile.Read(Path.Combine(directory, "node-2-service.json")).FloatingIps, Has.Count.EqualTo(1));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public void RefusesOptionsThatItDoesNotKnow()
    {
        using RunningProgram demo = new("demo", "--kubernetes");

        demo.AssertExits(2);
    }

    private static void AssertTellsEverything(string text)
    {
        string[] lines =
        [
            @"✓ ping +dev-web-k528t +→ dev-web-669n0 +10\.47\.255\.252 .* 3 of 3 answered, [\d.]+ ms",
            @"✓ get +dev-client +→ dev-db .* MB/s, verified: SHA-256 [0-9a-f]{8}…",
            @"✓ ping +dev-client +→ dev-web-k528t .* 0 of 3 answered: isolated",
            @"✓ get +dev-client +→ dev-web-669n0 .* no connection: isolated",
            @"✓ ping +nginx-1 +→ svc-dev-web .* 0 of 3 answered: not a port of the service",
            @"✓ get +dev-client +→ svc-dev-web .* no connection: denied by a security group",
            @"✓ get +nginx-1 +→ svc-dev-web +10\.167\.87\.84 .* MB/s, verified: SHA-256 [0-9a-f]{8}…",
            @"✓ call +nginx-1 +→ svc-dev-web +10\.167\.87\.84 +dev-web-k528t \d+, dev-web-669n0 \d+",
            @"✓ call +dev-web-k528t +→ svc-dev-web .* \(itself among them\)",
            @"node-2 .* 10\.47\.255\.249:\d+ → 10\.167\.87\.84:80 +as 10\.47\.255\.249:\d+ → 10\.47\.255\.252:80, \d+ seen",
            @"node-1 .* 10\.47\.255\.251:\d+ → 10\.167\.87\.84:80 +as 10\.167\.87\.84:\d+ → 10\.47\.255\.251:80",
            @"10\.47\.255\.250:\d+ → 10\.167\.87\.84:80 +SecurityGroupDenied by dev-share-from-others",
            @"10\.167\.87\.84:80 answered 80 requests: dev-web-k528t \d+, dev-web-669n0 \d+",
            @"dev-share-from-others +denied [1-9]",
            @"dev-share-from-dev-unisolated +let \d+ pass",
            @"fabric port saw [1-9][\d,]* VXLAN, 0 MPLS over UDP",
            @"fabric port saw 0 VXLAN, [1-9][\d,]* MPLS over UDP",
            @"node-1 .* held: the books balance",
            @"node-2 .* held: the books balance",
            @"dropped from dev/dev-client: .*NoRoute [1-9]",
            @"Passed: (\d+) of \1 checks",
        ];

        TestContext.Out.WriteLine(text);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.Contains('\e', StringComparison.Ordinal), Is.False, "no colours where there is no terminal");
            Assert.That(text.Contains('✗', StringComparison.Ordinal), Is.False, "nothing failed");
            Assert.That(lines.Where(line => !Regex.IsMatch(text, line)), Is.Empty, "what it should tell and does not");
        }
    }

    /// <summary>The UDP destination ports in a little-endian pcap file of IPv4 packets without options.</summary>
    private static HashSet<int> TunnelPorts(byte[] pcap)
    {
        const int FileHeader = 24, RecordHeader = 16, Port = 14 + 20 + 2;
        HashSet<int> ports = [];

        for (int record = FileHeader; record < pcap.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(pcap.AsSpan(record + 8));

            if (length > Port + 2)
            {
                ports.Add(BinaryPrimitives.ReadUInt16BigEndian(pcap.AsSpan(record + RecordHeader + Port)));
            }

            record += RecordHeader + length;
        }

        return ports;
    }

    private static void RequireRoot()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("needs root: real pods are network namespaces");
        }
    }

    /// <summary>The devices of this namespace; names of namespaces the demo does not make.</summary>
    private static string DescribeMachine()
    {
        using Netlink netlink = new();
        return string.Join(' ', netlink.Links.List().Select(link => link.Name).Order());
    }
}

using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using NUnit.Framework;
using VRouter.Native;
using VRouter.Tests.Kernel;

namespace VRouter.Tests.Programs.Agent;

/// <summary>A node with an AF_XDP fabric port on a veth, and two pods on TAPs in namespaces of their own.</summary>
internal sealed class RunTests
{
    private const string Fabric = "fab0";
    private const string FirstAddress = "10.0.0.1", SecondAddress = "10.0.0.2", Gateway = "10.0.0.254";

    private NetworkLab _lab = null!;
    private NetworkNamespace _node = null!, _first = null!, _second = null!;
    private FileInfo? _file;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _node = _lab.CreateNamespace("node");
        _first = _lab.CreateNamespace("pod1");
        _second = _lab.CreateNamespace("pod2");
        _lab.Connect(_node, Fabric, _lab.CreateNamespace("peer"), Fabric);
        _file = new FileInfo(Path.GetTempFileName());
        Write(Config());
    }

    [TearDown]
    public void TearDown()
    {
        _node?.Dispose();
        _first?.Dispose();
        _second?.Dispose();
        _lab?.Dispose();
        _file?.Delete();
    }

    [Test]
    public void ForwardsUntilItIsToldToStop([Values(PosixSignal.SIGTERM, PosixSignal.SIGINT)] PosixSignal signal)
    {
        using RunningProgram run = Start();
        run.AssertSays("Ready");
        Assert.That(run.Text, Does.Match($@"Ready in \d+ ms: 1 worker, .*fabric: af_xdp {Fabric} \((copy|zero-copy|generic).*pod1: tap eth0"));

        GiveAddresses();
        AssertReaches(true);

        run.Send(signal);
        run.AssertExits(0);
        Assert.That(run.Text, Does.Match(@"Stopped: [1-9]\d* packets received, [1-9]\d* sent").And.Not.Contain("defect"));
        AssertNothingIsLeft();
    }

    [Test]
    public void ReadsItsFileAgainOnHangUp()
    {
        using RunningProgram run = Start();
        run.AssertSays("Ready");
        GiveAddresses();
        AssertReaches(true);

        Write(Config(secondAddress: "10.0.0.3"));
        run.Send(PosixSignal.SIGHUP);

        run.AssertSays("read again: 0 objects added, 1 changed, 0 removed");
        AssertReaches(false);
    }

    [Test]
    public void ChangesNothingWhenTheFileIsRefused()
    {
        using RunningProgram run = Start();
        run.AssertSays("Ready");
        GiveAddresses();

        Write(Config(secondAddress: "10.0.0.300", secondVrf: 7));
        run.Send(PosixSignal.SIGHUP);

        run.AssertSays("10.0.0.300");
        run.AssertSays("vrf");
        AssertReaches(true);

        Write("{ \"vrfs\": [");
        run.Send(PosixSignal.SIGHUP);
        run.AssertSays("line 1");
        AssertReaches(true);
    }

    [Test]
    public void NamesEveryProblemOfARefusedFile()
    {
        Write(Config(secondAddress: "10.0.0.300", secondVrf: 7));

        using RunningProgram run = Start();

        run.AssertExits(2);
        Assert.That(run.Text, Does.Contain("10.0.0.300").And.Contain("vrf"));
        AssertNothingIsLeft();
    }

    [Test]
    public void SaysWhichDeviceIsMissing()
    {
        Write(Config(fabric: "gone0"));

        using RunningProgram run = Start();

        run.AssertExits(1);
        Assert.That(run.Text, Does.Match("vrouter: .*gone0.*ENODEV|vrouter: .*gone0.*No such device"));
        AssertNothingIsLeft();
    }

    [Test]
    public void LeavesNothingWhenItIsKilled()
    {
        using RunningProgram run = Start();
        run.AssertSays("Ready");
        Assert.That(HasTap(_first), Is.True);
        Assert.That(XdpProgram(), Is.Not.Zero);

        run.Kill();

        AssertNothingIsLeft();
    }

    [Test]
    public void LogsLinksThatGoDownAndComeUp()
    {
        using RunningProgram run = Start();
        run.AssertSays("Ready");
        Netlink node = _lab.Configure(_node);

        node.Links.SetDown(Fabric);
        run.AssertSays("is down");
        node.Links.SetUp(Fabric);
        run.AssertSays("is up");
    }

    [Test]
    public void IsContentWithLittleMemoryWhenIdle()
    {
        using RunningProgram run = Start();
        run.AssertSays("Ready");
        Thread.Sleep(1000);

        Assert.That(run.ResidentBytes, Is.LessThan(150 << 20));
    }

    private void Write(string config) => File.WriteAllText(_file!.FullName, config);

    private RunningProgram Start() => _node.Run(() => new RunningProgram("run", "--config", _file!.FullName));

    private void GiveAddresses()
    {
        foreach ((NetworkNamespace pod, string address) in new[] { (_first, FirstAddress), (_second, SecondAddress) })
        {
            Netlink netlink = _lab.Configure(pod);
            netlink.Addresses.Add("eth0", System.Net.IPAddress.Parse(address), 32);
            netlink.Routes.Add(System.Net.IPNetwork.Parse($"{Gateway}/32"), gateway: null, "eth0");
            netlink.Routes.Add(Routes.Default, System.Net.IPAddress.Parse(Gateway), "eth0");
        }
    }

    private void AssertReaches(bool expected) =>
        Assert.That(() => _first.Run(() => new Ping().Send(SecondAddress, 300).Status == IPStatus.Success), Is.EqualTo(expected).After(3000, 20));

    private void AssertNothingIsLeft() => Assert.That(() => (HasTap(_first), HasTap(_second), XdpProgram()), Is.EqualTo((false, false, 0u)).After(3000, 20));

    private bool HasTap(NetworkNamespace pod) => _lab.Configure(pod).Links.Find("eth0") is not null;

    private uint XdpProgram() => _lab.Configure(_node).Links.Get(Fabric).XdpProgram;

    private string Config(string secondAddress = SecondAddress, uint secondVrf = 1, string fabric = Fabric) => $$"""
        {
          "vrfs": [ { "id": 1, "forwardingMode": "L3" } ],
          "interfaces": [
            {
              "id": 1, "name": "fabric", "kind": "FABRIC", "mac": "02:00:00:00:00:01", "addresses": ["192.0.2.1/24"],
              "port": { "afXdp": { "device": "{{fabric}}" } }
            },
            {
              "id": 2, "name": "pod1", "kind": "TENANT", "vrf": 1, "mac": "02:00:00:00:01:01", "addresses": ["{{FirstAddress}}"],
              "gateways": ["{{Gateway}}"], "port": { "tap": { "device": "eth0", "networkNamespace": "{{_first.Name}}" } }
            },
            {
              "id": 3, "name": "pod2", "kind": "TENANT", "vrf": {{secondVrf}}, "mac": "02:00:00:00:01:02", "addresses": ["{{secondAddress}}"],
              "gateways": ["{{Gateway}}"], "port": { "tap": { "device": "eth0", "networkNamespace": "{{_second.Name}}" } }
            }
          ]
        }
        """;
}

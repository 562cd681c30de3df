using System.Runtime.InteropServices;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Programs.Agent;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>The program itself as one node, told by a file; our data plane as the other.</summary>
internal sealed class ProgramAsNodeTests
{
    private const string LeftMac = "02:00:00:00:01:01";
    private const string RightMac = "02:00:00:00:01:02";

    private NetworkLab _lab = null!;
    private Machine _left = null!;
    private Machine[] _pods = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _left = new Machine(_lab, "left");
        _pods = [new Machine(_lab, "pod1"), new Machine(_lab, "pod2")];
        MakeRight();
    }

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [Test]
    public void CarriesTcpAndThenLeavesNothingBehind()
    {
        string configuration = Path.GetTempFileName();

        try
        {
            File.WriteAllText(configuration, Configuration(_pods[0].Name));
            using RunningProgram program = _left.Namespace.Run(() => new RunningProgram("run", "--config", configuration));
            program.AssertSays("Ready");
            Node.ConfigurePod(_pods[0], LeftMac, "10.0.0.1/24", "fd00::1/64");

            _pods[0].AssertReaches("10.0.0.2");
            _pods[1].AssertReaches("fd00::1");
            TcpTransfer.Run(_pods[0], _pods[1], "10.0.0.2", 50_000_000);
            TcpTransfer.Run(_pods[1], _pods[0], "10.0.0.1", 50_000_000);

            program.Send(PosixSignal.SIGTERM);
            program.AssertExits(0);
            AssertNothingIsLeft();
        }
        finally
        {
            File.Delete(configuration);
        }
    }

    private void AssertNothingIsLeft()
    {
        Assert.That(NetworkLab.Eventually(() => _pods[0].Network.Links.Find("eth0") is null), Is.True, "the TAP is gone");
        Assert.That(NetworkLab.Eventually(() => _left.Network.Links.Get(Node.Fabric).XdpProgram == 0), Is.True, "the XDP program is gone");
    }

    private void MakeRight()
    {
        var right = new Node(_lab, new Machine(_lab, "right"));
        _lab.Connect(_left.Namespace, Node.Fabric, right.Machine.Namespace, Node.Fabric);

        right.Apply(new Transaction
        {
            Vrfs = { new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 } },
            Vifs =
            {
                Node.FabricVif("02:00:00:00:00:02", tunnelsOnly: false, "192.0.2.2/24"),
                Node.TapVif(2, _pods[1], RightMac, 17, "10.0.0.2", "fd00::2"),
            },
            NextHops = { new TunnelNextHop(new NextHopId(1), EncapsulationKind.MplsOverUdp, IpAddress.Parse("192.0.2.1")) },
            Routes = { Node.Route("10.0.0.1/32", 1, 16), Node.Route("fd00::1/128", 1, 16) },
        });
        Node.ConfigurePod(_pods[1], RightMac, "10.0.0.2/24", "fd00::2/64");
    }

    private static string Configuration(string podNamespace) => $$"""
        {
          "vrfs": [ { "id": 1, "forwardingMode": "L3" } ],
          "interfaces": [
            { "id": 1, "kind": "FABRIC", "mac": "02:00:00:00:00:01", "addresses": ["192.0.2.1/24"], "port": { "afXdp": { "device": "{{Node.Fabric}}" } } },
            {
              "id": 2, "kind": "TENANT", "vrf": 1, "mac": "{{LeftMac}}", "addresses": ["10.0.0.1/32", "fd00::1/128"], "label": 16,
              "gateways": ["10.0.0.254", "fd00::fe"], "port": { "tap": { "device": "eth0", "networkNamespace": "{{podNamespace}}" } }
            }
          ],
          "nextHops": [ { "id": 1, "tunnel": { "encapsulation": "MPLS_OVER_UDP", "destination": "192.0.2.2" } } ],
          "routes": [
            { "vrf": 1, "prefix": "10.0.0.2/32", "nextHop": 1, "label": 17 },
            { "vrf": 1, "prefix": "fd00::2/128", "nextHop": 1, "label": 17 }
          ]
        }
        """;
}

using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>The node's own traffic on the device that our vRouter has taken.</summary>
internal sealed class HostTrafficTests
{
    private const long Bytes = 50_000_000;
    private const string FabricMac = "02:00:00:00:00:01";

    private NetworkLab _lab = null!;
    private Machine _neighbour = null!;
    private Node _node = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _neighbour = new Machine(_lab, "neighbour");
        _node = new Node(_lab, new Machine(_lab, "node"));
        _lab.Connect(_node.Machine.Namespace, Node.Fabric, _neighbour.Namespace, "eth0");
        _neighbour.Configure("eth0", "02:00:00:00:00:02", "192.0.2.2/24", "2001:db8::2/64");
    }

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [Test]
    public void PassesThroughTheHostInterface()
    {
        _node.Apply(new Transaction
        {
            Vifs =
            {
                Node.FabricVif(FabricMac, tunnelsOnly: false, "192.0.2.1/24", "2001:db8::1/64"),
                new Vif(new VifId(3), VifKind.Host) { Mac = MacAddress.Parse(FabricMac), Port = new TapSpec("vhost0") },
            },
        });
        _node.Machine.Configure("vhost0", FabricMac, "192.0.2.1/24", "2001:db8::1/64");

        AssertNodeIsReachable();
        _node.AssertBalanced();
    }

    [Test]
    public void StaysWithTheKernelWhereOnlyTunnelsAreTaken()
    {
        _node.Apply(new Transaction { Vifs = { Node.FabricVif(FabricMac, tunnelsOnly: true, "192.0.2.1/24", "2001:db8::1/64") } });
        _node.Machine.Configure(Node.Fabric, FabricMac, "192.0.2.1/24", "2001:db8::1/64");

        AssertNodeIsReachable();
        Assert.That(_node.Plane.ReadCounters().Vifs.Sum(vif => vif.RxPackets), Is.Zero, "the data plane saw none of it");
    }

    private void AssertNodeIsReachable()
    {
        _neighbour.AssertReaches("192.0.2.1");
        _node.Machine.AssertReaches("192.0.2.2");
        _neighbour.AssertReaches("2001:db8::1");
        _node.Machine.AssertReaches("2001:db8::2");
        TcpTransfer.Run(_neighbour, _node.Machine, "192.0.2.1", Bytes);
        TcpTransfer.Run(_node.Machine, _neighbour, "192.0.2.2", Bytes);
    }
}

using System.Net;
using System.Net.NetworkInformation;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>
/// A pod on a TAP behind our vRouter, and a pod behind a bridge and a VXLAN device of a Linux host. Our fabric port takes all, or the
/// tunnels only: then the node's kernel has the address and knows the neighbours.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class LinuxVxlanPeerTests(bool tunnelsOnly)
{
    private const long Bytes = 200_000_000;
    private const string FabricMac = "02:00:00:00:00:01";
    private const string PodMac = "02:00:00:00:01:01";
    private const string RemoteMac = "02:00:00:00:02:01";

    private NetworkLab _lab = null!;
    private Node _node = null!;
    private Machine _pod = null!;
    private Machine _remote = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        Machine host = MakeHost();
        var machine = new Machine(_lab, "node");
        _lab.Connect(machine.Namespace, Node.Fabric, host.Namespace, Node.Fabric);
        host.Configure(Node.Fabric, "02:00:00:00:00:02", "192.0.2.2/24");
        host.Network.Links.CreateVxlan("vxlan0", new Vxlan(5001, IPAddress.Parse("192.0.2.2"), IPAddress.Parse("192.0.2.1")));
        host.Network.Links.SetMaster("vxlan0", "br0");
        host.Network.Links.SetUp("vxlan0");

        _pod = new Machine(_lab, "pod");
        _node = new Node(_lab, machine);

        if (tunnelsOnly)
        {
            machine.Configure(Node.Fabric, FabricMac, "192.0.2.1/24");
        }

        _node.Apply(Configuration());
        Node.ConfigurePod(_pod, PodMac, "10.0.0.1/24", "fd00::1/64");
    }

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [Test]
    public void AnswersPingsBothWays()
    {
        _pod.AssertReaches("10.0.1.2");
        _remote.AssertReaches("10.0.0.1", payload: 1300);
        _pod.AssertReaches("fd00:1::2");
        _remote.AssertReaches("fd00::1", payload: 1300);
        _node.AssertBalanced();

        if (tunnelsOnly)
        {
            _node.Machine.AssertReaches("192.0.2.2");
        }
    }

    [Test]
    public void ReceivesWhatThePodSends() => TcpTransfer.Run(_pod, _remote, "10.0.1.2", Bytes);

    [Test]
    public void SendsWhatThePodReceives() => TcpTransfer.Run(_remote, _pod, "10.0.0.1", Bytes);

    /// <summary>The Linux side: the pod's veth and the VXLAN device are ports of one bridge.</summary>
    private Machine MakeHost()
    {
        var host = new Machine(_lab, "host");
        _remote = new Machine(_lab, "remote");
        host.Network.Links.CreateBridge("br0");
        host.Network.Links.SetUp("br0");
        _lab.Connect(_remote.Namespace, "eth0", host.Namespace, "pod0", mtu: 1450);
        host.Network.Links.SetMaster("pod0", "br0");
        _remote.Configure("eth0", RemoteMac, "10.0.1.2/24", "fd00:1::2/64");

        // Broadcasts do not travel through this version, so the gateway's MAC is told instead of asked for.
        foreach ((string network, string gateway) in new[] { ("10.0.0.0/24", "10.0.1.254"), ("fd00::/64", "fd00:1::fe") })
        {
            _remote.Network.Neighbours.Set("eth0", IPAddress.Parse(gateway), PhysicalAddress.Parse(Node.VirtualMac));
            _remote.Route(network, gateway);
        }

        return host;
    }

    /// <summary>The tunnel ends at a bridge, so what is routed into it goes to the remote pod's own MAC.</summary>
    private Transaction Configuration() => new()
    {
        Vrfs = { new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 } },
        Vifs =
        {
            Node.FabricVif(FabricMac, tunnelsOnly, "192.0.2.1/24"),
            Node.TapVif(2, _pod, PodMac, 16, "10.0.0.1", "fd00::1"),
        },
        NextHops = { new TunnelNextHop(new NextHopId(1), EncapsulationKind.Vxlan, IpAddress.Parse("192.0.2.2")) { Mac = MacAddress.Parse(RemoteMac) } },
        Routes = { Node.Route("10.0.1.0/24", 1, 5001), Node.Route("fd00:1::/64", 1, 5001) },
        Vnis = { new VniEntry(new Vni(5001), new VrfId(1)) },
    };
}

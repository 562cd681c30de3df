using System.Net;
using System.Net.NetworkInformation;
using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class NetlinkTests
{
    private NetworkLab _lab = null!;
    private NetworkNamespace _here = null!;
    private Netlink _netlink = null!;

    [SetUp]
    public void MakeANamespace()
    {
        _lab = new NetworkLab();
        _here = _lab.CreateNamespace("here");
        _netlink = _lab.Configure(_here);
    }

    [TearDown]
    public void RemoveIt()
    {
        _netlink?.Dispose();
        _here?.Dispose();
        _lab?.Dispose();
    }

    [Test]
    public void MakesAVethPairAcrossNamespaces()
    {
        NetworkNamespace there = _lab.CreateNamespace("there");

        _netlink.Links.CreateVeth("left", "right", there, queues: 2);

        Link left = _netlink.Links.Get("left"), right = _lab.Configure(there).Links.Get("right");
        Assert.That((left.Kind, left.ReceiveQueues, left.TransmitQueues, left.IsUp), Is.EqualTo(("veth", 2, 2, false)));
        Assert.That((right.Kind, right.ReceiveQueues), Is.EqualTo(("veth", 2)));
        Assert.That(_netlink.Links.Find("right"), Is.Null);
    }

    [Test]
    public void SetsUpMacAndMtu()
    {
        PhysicalAddress mac = PhysicalAddress.Parse("025A1FC03EF7");
        _netlink.Links.CreateVeth("left", "right");

        _netlink.Links.SetMac("left", mac);
        _netlink.Links.SetMtu("left", 1400);
        _netlink.Links.SetUp("left");
        Link alone = _netlink.Links.Get("left");
        _netlink.Links.SetUp("right");

        Assert.That((alone.Mac, alone.Mtu, alone.IsUp, alone.IsRunning), Is.EqualTo((mac, 1400, true, false)), "the other end is down");
        Assert.That(NetworkLab.Eventually(() => _netlink.Links.Get("left").IsRunning), Is.True);

        _netlink.Links.SetDown("left");
        Assert.That(_netlink.Links.Get("left").IsUp, Is.False);
    }

    [Test]
    public void MovesADeviceToAnotherNamespace()
    {
        NetworkNamespace there = _lab.CreateNamespace("there");
        _netlink.Links.CreateVeth("left", "right");

        _netlink.Links.Move("right", there);

        Assert.That(_netlink.Links.Find("right"), Is.Null);
        Assert.That(_lab.Configure(there).Links.Find("right"), Is.Not.Null);
    }

    [Test]
    public void DeletesADevice()
    {
        _netlink.Links.CreateVeth("left", "right");
        int index = _netlink.Links.Get("right").Index;

        _netlink.Links.Delete("left");

        Assert.That(_netlink.Links.Find(index), Is.Null);
    }

    [Test]
    public void MakesAVxlanTunnelUnderABridge()
    {
        _netlink.Links.CreateBridge("br0");
        _netlink.Links.CreateVxlan("vx4", new Vxlan(5001, IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"), Learning: false));
        _netlink.Links.CreateVxlan("vx6", new Vxlan(5002, IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2")));

        _netlink.Links.SetMaster("vx4", "br0");

        Assert.That(_netlink.Links.List().Select(link => (link.Name, link.Kind)),
            Is.SupersetOf(new[] { ("br0", "bridge"), ("vx4", "vxlan"), ("vx6", "vxlan") }));
    }

    [Test]
    public void GivesAndTakesAddresses([Values("10.1.2.3", "2001:db8::7")] string text)
    {
        IPAddress address = IPAddress.Parse(text);
        _netlink.Links.CreateVeth("left", "right");
        InterfaceAddress expected = new(_netlink.Links.Get("left").Index, address, 24);

        _netlink.Addresses.Add("left", address, 24);
        Assert.That(_netlink.Addresses.List(), Does.Contain(expected));

        _netlink.Addresses.Delete("left", address, 24);
        Assert.That(_netlink.Addresses.List(), Does.Not.Contain(expected));
    }

    [TestCase("10.1.2.3", "10.1.2.1", "10.9.0.0/16")]
    [TestCase("10.1.2.3", "10.1.2.1", "0.0.0.0/0")]
    [TestCase("2001:db8::7", "2001:db8::1", "2001:db8:9::/48")]
    [TestCase("2001:db8::7", "2001:db8::1", "::/0")]
    public void AddsAndDeletesRoutes(string address, string gateway, string destination)
    {
        ConnectLeft(address);
        Route expected = new(IPNetwork.Parse(destination), IPAddress.Parse(gateway), _netlink.Links.Get("left").Index);

        _netlink.Routes.Add(expected.Destination, expected.Gateway);
        Assert.That(_netlink.Routes.List(), Does.Contain(expected));

        _netlink.Routes.Delete(expected.Destination);
        Assert.That(_netlink.Routes.List(), Does.Not.Contain(expected));
    }

    [Test]
    public void AddsARouteDirectlyOnADevice()
    {
        ConnectLeft("10.1.2.3");
        Route expected = new(IPNetwork.Parse("10.8.0.0/16"), null, _netlink.Links.Get("left").Index);

        _netlink.Routes.Add(expected.Destination, null, "left");

        Assert.That(_netlink.Routes.List(), Does.Contain(expected));
    }

    [Test]
    public void EntersNeighboursAndTellsWatchers()
    {
        ConnectLeft("10.1.2.3");
        IPAddress address = IPAddress.Parse("10.1.2.9");
        PhysicalAddress mac = PhysicalAddress.Parse("025A1FC03EF7");
        using NeighbourWatch watch = _netlink.WatchNeighbours();

        _netlink.Neighbours.Set("left", address, mac);
        Neighbour expected = new(_netlink.Links.Get("left").Index, address, mac, NeighbourState.Permanent);

        Assert.That(_netlink.Neighbours.List(), Does.Contain(expected));
        Assert.That(watch.Read(), Does.Contain(new NeighbourChange(expected, IsRemoved: false)));

        _netlink.Neighbours.Delete("left", address);
        Assert.That(_netlink.Neighbours.List().Any(entry => entry.Address.Equals(address) && entry.IsValid), Is.False);
        Assert.That(watch.Read().Any(change => change.IsRemoved && address.Equals(change.Neighbour?.Address)), Is.True);
    }

    [Test]
    public void HasTheKernelResolveANeighbour([Values("10.1.2", "2001:db8::")] string prefix)
    {
        bool v6 = prefix.Contains(':');
        IPAddress ours = IPAddress.Parse(v6 ? prefix + "1" : prefix + ".1"), theirs = IPAddress.Parse(v6 ? prefix + "2" : prefix + ".2");
        NetworkNamespace there = _lab.CreateNamespace("there");
        _lab.Connect(_here, "left", there, "right");
        Netlink far = _lab.Configure(there);
        _netlink.Addresses.Add("left", ours, v6 ? 64 : 24);
        far.Addresses.Add("right", theirs, v6 ? 64 : 24);

        PhysicalAddress mac = far.Links.Get("right").Mac;
        Assert.That(NetworkLab.Eventually(IsResolved), Is.True);

        // Asked again and again: a busy kernel may give the question up before the other end listens.
        bool IsResolved()
        {
            _netlink.Neighbours.Resolve("left", theirs);
            return _netlink.Neighbours.List().Any(entry => entry.IsValid && entry.Address.Equals(theirs) && mac.Equals(entry.Mac));
        }
    }

    [Test]
    public void RepeatsWhatTheKernelSaysOfARefusal()
    {
        _netlink.Links.CreateVeth("left", "right");

        Assert.That(() => _netlink.Links.SetMtu("left", 1_000_000),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("RTM_SETLINK left").And.Message.Contains("mtu greater than device maximum"));
    }

    [Test]
    public void NamesADeviceThatIsMissing() =>
        Assert.That(() => _netlink.Addresses.Add("nothing", IPAddress.Loopback, 8),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("nothing").And.Message.Contains("ENODEV"));

    [Test]
    public void TurnsTransmitChecksumsOff()
    {
        _netlink.Links.CreateVeth("left", "right", queues: 2);
        using Ethtool ethtool = new(_here.Name);

        bool before = ethtool.HasTransmitChecksum("left");
        ethtool.SetTransmitChecksum("left", on: false);

        Assert.That((before, ethtool.HasTransmitChecksum("left")), Is.EqualTo((true, false)));
        Assert.That((ethtool.Driver("left"), ethtool.Queues("left")), Is.EqualTo(("veth", 2)));
    }

    private void ConnectLeft(string address)
    {
        _netlink.Links.CreateVeth("left", "right");
        _netlink.Links.SetUp("left");
        _netlink.Links.SetUp("right");
        IPAddress parsed = IPAddress.Parse(address);
        _netlink.Addresses.Add("left", parsed, parsed.GetAddressBytes().Length == 4 ? 24 : 64);
    }
}

using System.Net.NetworkInformation;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>Pods go out through a pool: the node's own address with ports that its stack does not use, or an address that leads to the node.</summary>
[TestFixture(false, Outside.NodeAddress)]
[TestFixture(true, Outside.NodeAddress)]
[TestFixture(true, "198.51.100.1")]
internal sealed class SourceNatTests(bool tunnelsOnly, string address)
{
    private const long Bytes = 30_000_000;
    private const int WebPort = 8080, DatagramPort = 53;

    private NetworkLab _lab = null!;
    private Outside _outside = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _outside = new Outside(_lab, tunnelsOnly, Pool());
        _outside.Machine.Route("198.51.100.0/24", Outside.NodeAddress);
        _lab.Keep(new WebServer(_outside.Machine, "outside", WebPort));
        _lab.Keep(new DatagramEcho(_outside.Machine, "outside", DatagramPort));
    }

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [Test]
    public async Task ShowsTheirPacketsUnderThePoolsAddress()
    {
        foreach (ServicePod pod in _outside.Pods)
        {
            using var client = new WebClient(pod.Machine);
            Assert.That((await client.GetAsync(Outside.Address, WebPort)).Client, Is.EqualTo(address));
            Assert.That(DatagramEcho.Ask(pod.Machine, Outside.Address, DatagramPort).Client, Is.EqualTo(address));
        }

        _outside.Node.AssertBalanced();
    }

    [Test]
    public void CarriesTcpBothWays() => TcpTransfer.Run(_outside.Pods[0].Machine, _outside.Machine, Outside.Address, Bytes);

    /// <summary>A port that leaves the node's own address to the kernel leaves it all of ICMP, which has no ports to tell by.</summary>
    [Test]
    public void CarriesPingsWhereTheyCannotBeTheKernels()
    {
        bool isTheKernels = tunnelsOnly && address == Outside.NodeAddress;

        Assert.That(NetworkLab.Eventually(() => _outside.Pods[0].Machine.Ping(Outside.Address).Status == IPStatus.Success), Is.EqualTo(!isTheKernels));
    }

    [Test]
    public void LeavesTheNodeItsOwnTraffic()
    {
        _outside.Node.Machine.AssertReaches(Outside.Address);
        _outside.Machine.AssertReaches(Outside.NodeAddress);

        Task pod = Task.Run(() => TcpTransfer.Run(_outside.Pods[0].Machine, _outside.Machine, Outside.Address, Bytes));
        TcpTransfer.Run(_outside.Node.Machine, _outside.Machine, Outside.Address, Bytes);
        TcpTransfer.Run(_outside.Machine, _outside.Node.Machine, Outside.NodeAddress, Bytes);
        pod.Wait();
        _outside.Node.AssertBalanced();
    }

    private Transaction Pool() => new()
    {
        NextHops = { new VrfNextHop(new NextHopId(200), new VrfId(0)) },
        Routes = { new Forwarding.Route(new VrfId(1), IpPrefix.Parse("0.0.0.0/0"), new NextHopId(200)) },
        SourceNats =
        {
            new SourceNat(new SourceNatId(1))
            {
                Vrf = new VrfId(1),
                Addresses = [IpAddress.Parse(address)],
                Ports = new PortRange(61_000, 65_535),
            },
        },
    };
}

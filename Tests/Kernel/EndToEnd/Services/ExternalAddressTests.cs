using System.Net.NetworkInformation;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A service's external address, 120.136.134.67 on the underlay: who comes from outside, in no tunnel, reaches the pods behind it.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class ExternalAddressTests(bool tunnelsOnly)
{
    private const string Address = "120.136.134.67";
    private const int Requests = 60;

    private NetworkLab _lab = null!;
    private Outside _outside = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _outside = new Outside(_lab, tunnelsOnly, new Transaction());
        _outside.Node.Apply(Service());
        _outside.Machine.Route($"{Address}/32", Outside.NodeAddress);
        Array.ForEach(_outside.Pods, pod => _lab.Keep(new WebServer(pod.Machine, pod.Name, pod.WebPort)));
    }

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [Test]
    public async Task ReachesThePodsWhoSeeTheClientsOwnAddress()
    {
        using var client = new WebClient(_outside.Machine);

        List<WebAnswer> answers = await client.GetAsync(Address, 80, Requests);

        Assert.That(answers.Select(answer => answer.Client).Distinct(), Is.EqualTo(new[] { Outside.Address }));
        Assert.That(answers.Select(answer => answer.Server).Distinct(), Is.EquivalentTo(_outside.Pods.Select(pod => pod.Name)));
        _outside.Node.AssertBalanced();
    }

    [Test]
    public async Task HasNothingButItsPorts()
    {
        using var client = new WebClient(_outside.Machine, patience: 1);

        await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(Address, _outside.Pods[0].WebPort));
        Assert.That(_outside.Machine.Ping(Address).Status, Is.EqualTo(IPStatus.TimedOut));
        Assert.That(_outside.Node.Plane.ReadCounters().Drops.GetValueOrDefault(DropReason.FloatingIpPortUnmapped), Is.AtLeast(2));
    }

    private Transaction Service() => new()
    {
        NextHops = { new EcmpNextHop(new NextHopId(100)) { Members = [.. _outside.Pods.Select(pod => new EcmpMember(pod.NextHop))] } },
        Routes = { new Forwarding.Route(new VrfId(0), IpPrefix.Parse($"{Address}/32"), new NextHopId(100)) },
        FloatingIps =
        {
            new FloatingIp(new VrfId(0), IpAddress.Parse(Address))
            {
                Direction = FloatingIpDirection.Ingress,
                Vifs = [.. _outside.Pods.Select(pod => pod.Vif)],
                PortMappings = [.. _outside.Pods.Select(pod => new PortMapping(IpProtocol.Tcp, 80, pod.WebPort) { Vifs = [pod.Vif] })],
            },
        },
    };
}

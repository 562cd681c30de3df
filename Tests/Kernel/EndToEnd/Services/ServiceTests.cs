using System.Net.NetworkInformation;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A service without a proxy: the client's node picks a server, the server's node translates. On one node, and across two.</summary>
[TestFixture(1)]
[TestFixture(2)]
internal sealed class ServiceTests(int count)
{
    private const int Requests = 240;

    private NetworkLab _lab = null!;
    private ServiceNodes _nodes = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _nodes = new ServiceNodes(_lab, count);
    }

    [TearDown]
    public void TearDown()
    {
        TestContext.Out.WriteLine(string.Join(" | ", _nodes.Nodes.Select(node => node.Drops)));
        _lab?.Dispose();
    }

    [Test]
    public async Task GivesEveryServerItsShareOfClientsThatKeepTheirAddress()
    {
        foreach (ServicePod client in _nodes.Clients)
        {
            List<WebAnswer> answers = await _nodes.Browser(client).GetAsync(ServiceNodes.Address, 80, Requests);

            Assert.That(answers.Select(answer => answer.Client).Distinct(), Is.EqualTo(new[] { client.Address }));
            AssertShared([.. answers.Select(answer => answer.Server)]);
        }

        _nodes.AssertBalanced();
    }

    [TestCase(ServiceNodes.Address), TestCase(ServiceNodes.Ipv6Address)]
    public void AnswersDatagramsFromTheAddressThatTheyWereSentTo(string address)
    {
        foreach (ServicePod client in _nodes.Clients)
        {
            WebAnswer[] answers = [.. Enumerable.Range(0, Requests).Select(_ => DatagramEcho.Ask(client.Machine, address, ServiceNodes.DatagramPort))];

            Assert.That(answers.Select(answer => answer.Client).Distinct(), Is.EqualTo(new[] { address == ServiceNodes.Address ? client.Address : client.Ipv6Address }));
            AssertShared([.. answers.Select(answer => answer.Server)]);
        }
    }

    /// <summary>It knows itself as the service then, as it could not answer itself otherwise.</summary>
    [Test]
    public async Task ReachesTheServerThatAsks()
    {
        ServicePod server = _nodes.Servers[1];

        List<WebAnswer> answers = await _nodes.Browser(server).GetAsync(ServiceNodes.Address, 80, Requests);

        ILookup<bool, string> clients = answers.ToLookup(answer => answer.Server == server.Name, answer => answer.Client);
        Assert.That(clients[true].Distinct(), Is.EqualTo(new[] { ServiceNodes.Address }));
        Assert.That(clients[false].Distinct(), Is.EqualTo(new[] { server.Address }));
        AssertShared([.. answers.Select(answer => answer.Server)]);
    }

    /// <summary>Both addresses change in one flow: whom the client calls, and who it is.</summary>
    [Test]
    public async Task SeesClientsOfAnotherTenantUnderTheirFloatingIp()
    {
        foreach (ServicePod client in _nodes.Clients)
        {
            string floatingIp = $"10.9.9.{client.Node}";
            _nodes.Estrange(client, floatingIp);

            List<WebAnswer> answers = await _nodes.Browser(client).GetAsync(ServiceNodes.Address, 80, Requests);

            Assert.That(answers.Select(answer => answer.Client).Distinct(), Is.EqualTo(new[] { floatingIp }));
            AssertShared([.. answers.Select(answer => answer.Server)]);
        }

        _nodes.AssertBalanced();
    }

    [Test]
    public async Task DropsWhatItHasNoPortFor()
    {
        ServicePod client = _nodes.Clients[^1];

        Assert.That(client.Machine.Ping(ServiceNodes.Address).Status, Is.EqualTo(IPStatus.TimedOut));
        await Assert.ThrowsAsync<TaskCanceledException>(() => _nodes.Browser(client, patience: 1).GetAsync(ServiceNodes.Address, 81));
        Assert.That(_nodes.DroppedFor(DropReason.FloatingIpPortUnmapped), Is.AtLeast(2));
    }

    [Test]
    public async Task RefusesClientsThatItsSecurityGroupDenies()
    {
        ServicePod denied = _nodes.Servers[0], allowed = _nodes.Clients[0];
        _nodes.Guard($"{allowed.Address}/32");
        _nodes.SetMembers(_nodes.Servers[1..]);

        await Assert.ThrowsAsync<TaskCanceledException>(() => _nodes.Browser(denied, patience: 1).GetAsync(ServiceNodes.Address));
        Assert.That(_nodes.DroppedFor(DropReason.SecurityGroupDenied), Is.AtLeast(1));
        Assert.That((await _nodes.Browser(allowed).GetAsync(ServiceNodes.Address)).Client, Is.EqualTo(allowed.Address));
    }

    /// <summary>A third each; six standard deviations off would be once in a billion runs.</summary>
    private void AssertShared(IReadOnlyList<string> answers)
    {
        double share = Requests / (double)_nodes.Servers.Length;
        double deviation = Math.Sqrt(share * (1 - 1.0 / _nodes.Servers.Length));
        Dictionary<string, int> counts = answers.CountBy(name => name).ToDictionary();

        TestContext.Out.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}")));
        Assert.That(_nodes.Servers.Select(server => counts.GetValueOrDefault(server.Name)), Is.All.EqualTo(share).Within(6 * deviation));
    }
}

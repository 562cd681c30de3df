using System.Net;
using NUnit.Framework;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A service whose servers are spread over two nodes, called in no tunnel by somebody on the wire: under an external address, or under a node's own.</summary>
[TestFixture]
internal sealed class ServiceFromOutsideTests
{
    private const string External = "120.136.134.67";
    private const int Requests = 120;
    private const ushort NodePort = 30_080;

    private NetworkLab _lab = null!;
    private ServiceNodes _nodes = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _nodes = new ServiceNodes(_lab, 2);
        _nodes.Expose(External);
    }

    [TearDown]
    public void TearDown()
    {
        TestContext.Out.WriteLine(string.Join(" | ", _nodes.Nodes.Select(node => node.Drops)));
        _lab?.Dispose();
    }

    /// <summary>Whichever node the call comes to, and whichever the server is on.</summary>
    [Test]
    public async Task ReachesServersOfBothNodesWhoSeeTheCallersOwnAddress([Values(0, 1)] int node)
    {
        _nodes.Outside.Route($"{External}/32", ServiceNodes.NodeAddress(node));

        List<WebAnswer> answers = await CallAsync(External, 80);

        AssertByAll(answers, client: ServiceNodes.OutsideAddress);
        _nodes.AssertBalanced();
    }

    /// <summary>Every node picks the same server for the same call: a call that moves to the other node on its way goes on.</summary>
    [Test]
    public async Task KeepsItsServerWhenTheWayToItTurnsToTheOtherNode()
    {
        _nodes.Outside.Route($"{External}/32", ServiceNodes.NodeAddress(0));
        using var client = new WebClient(_nodes.Outside);
        Download[] downloads = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.DownloadAsync(External, 6_000_000)));
        Assert.That(NetworkLab.Eventually(() => downloads.All(download => download.Received > 200_000), seconds: 15), Is.True);

        _nodes.Outside.Network.Routes.Delete(IPNetwork.Parse($"{External}/32"));
        _nodes.Outside.Route($"{External}/32", ServiceNodes.NodeAddress(1));

        Array.ForEach(downloads, download => download.LetGo());
        Assert.That(await Task.WhenAll(downloads.Select(download => download.IsWhole)).WaitAsync(TimeSpan.FromSeconds(20)), Is.All.True);
    }

    /// <summary>On both nodes; the server sees the caller, or the node that was called.</summary>
    [Test]
    public async Task IsReachedByThePortOfANode([Values(0, 1)] int node, [Values] bool translatesSource)
    {
        _nodes.OpenNodePort(NodePort, translatesSource);

        List<WebAnswer> answers = await CallAsync(ServiceNodes.NodeAddress(node), NodePort);

        AssertByAll(answers, client: translatesSource ? ServiceNodes.NodeAddress(node) : ServiceNodes.OutsideAddress);
        _nodes.AssertBalanced();
    }

    /// <summary>Calls so often that every server gets some.</summary>
    private async Task<List<WebAnswer>> CallAsync(string address, int port)
    {
        using var client = new WebClient(_nodes.Outside);
        return await client.GetAsync(address, port, Requests);
    }

    private void AssertByAll(List<WebAnswer> answers, string client)
    {
        Assert.That(answers.Select(answer => answer.Client).Distinct(), Is.EqualTo(new[] { client }));
        Assert.That(answers.Select(answer => answer.Server).Distinct(), Is.EquivalentTo(_nodes.Servers.Select(server => server.Name)));
    }
}

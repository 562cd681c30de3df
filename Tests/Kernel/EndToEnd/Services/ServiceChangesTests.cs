using NUnit.Framework;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>Servers that go while others serve: nobody else notices. On one node, and across two.</summary>
[TestFixture(1)]
[TestFixture(2)]
internal sealed class ServiceChangesTests(int count)
{
    private const int DownloadsOfAClient = 9;
    private const long Bytes = 12_000_000, Step = 300_000;

    private NetworkLab _lab = null!;
    private ServiceNodes _nodes = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _nodes = new ServiceNodes(_lab, count);
    }

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [Test]
    public async Task TouchNoDownloadFromAnotherServer()
    {
        ServicePod gone = _nodes.Servers[1];
        ServicePod[] rest = [.. _nodes.Servers.Where(server => server != gone)];
        List<Download> downloads = await StartDownloadsAsync();

        _nodes.Kill(gone);
        _nodes.SetMembers(rest);

        Download[] untouched = [.. downloads.Where(download => download.Server != gone.Name)];
        Finish(untouched);
        Assert.That(await EndOf(untouched), Is.All.True);
        Assert.That(await EndOf(downloads.Except(untouched)), Is.All.False, "they end, and know that they are not whole");
        await AssertServedByAsync(rest);
        _nodes.AssertBalanced();
    }

    /// <summary>A server that drains keeps what it has and gets nothing new.</summary>
    [Test]
    public async Task LetAServerFinishThatDrains()
    {
        ServicePod draining = _nodes.Servers[1];
        List<Download> downloads = await StartDownloadsAsync();

        _nodes.SetMembers(_nodes.Servers, draining: [draining]);

        await AssertServedByAsync(_nodes.Servers.Where(server => server != draining));
        Finish(downloads);
        Assert.That(await EndOf(downloads), Is.All.True);
    }

    /// <summary>Downloads on every node, from every server, in the middle of it.</summary>
    private async Task<List<Download>> StartDownloadsAsync()
    {
        List<Download> downloads = [];

        foreach (ServicePod client in _nodes.Clients)
        {
            WebClient browser = _nodes.Browser(client);

            for (int i = 0; i < DownloadsOfAClient || _nodes.Servers.Any(server => downloads.All(download => download.Server != server.Name)); i++)
            {
                downloads.Add(_lab.Keep(await browser.DownloadAsync(ServiceNodes.Address, Bytes)));
            }
        }

        AssertAllMove(downloads);
        return downloads;
    }

    /// <summary>All go on as they did; then as fast as they can.</summary>
    private static void Finish(IReadOnlyList<Download> downloads)
    {
        AssertAllMove(downloads);

        foreach (Download download in downloads)
        {
            download.LetGo();
        }
    }

    private static Task<bool[]> EndOf(IEnumerable<Download> downloads) =>
        Task.WhenAll(downloads.Select(download => download.IsWhole)).WaitAsync(TimeSpan.FromSeconds(20));

    private static void AssertAllMove(IReadOnlyList<Download> downloads)
    {
        long[] before = [.. downloads.Select(download => download.Received)];

        Assert.That(NetworkLab.Eventually(() => downloads.Select(download => download.Received).Zip(before, (now, then) => now - then).Min() >= Step, seconds: 15), Is.True,
            () => string.Join(", ", downloads.Select(download => $"{download.Server} {download.Received}")));
    }

    private async Task AssertServedByAsync(IEnumerable<ServicePod> servers)
    {
        foreach (ServicePod client in _nodes.Clients)
        {
            List<WebAnswer> answers = await _nodes.Browser(client).GetAsync(ServiceNodes.Address, 80, count: 60);
            Assert.That(answers.Select(answer => answer.Server).Distinct(), Is.EquivalentTo(servers.Select(server => server.Name)));
        }
    }
}

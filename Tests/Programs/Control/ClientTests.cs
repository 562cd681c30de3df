using NUnit.Framework;
using VRouter.ControlSdk;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>The client library before a server of ours.</summary>
internal sealed class ClientTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private ServedDataPlane _served = null!;
    private VRouterClient _client = null!;

    [SetUp]
    public async Task Serve()
    {
        _served = await ServedDataPlane.StartAsync();
        _client = new VRouterClient(_served.Address);
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        await _served.DisposeAsync();
    }

    [Test]
    public async Task NamesEveryProblemOfARefusalHoweverMany()
    {
        RefusedException refused = (await Assert.ThrowsAsync<RefusedException>(() => _client.ApplyAsync(SampleState.Routes(0, 5000))))!;

        Assert.That(refused.Problems, Has.Count.EqualTo(10000));
        Assert.That(refused.Message, Does.StartWith("route 10.1.0.0/24 in vrf 1: vrf: there is no VRF 1; "));
    }

    [Test]
    public async Task SyncsAndExportsTheSameState()
    {
        V1.Config wanted = SampleState.Node();
        wanted.MergeFrom(SampleState.Routes(1, 5000).Upsert);

        await _client.SyncAsync(wanted);
        V1.Config exported = await _client.ExportAsync();
        V1.SyncResponse again = await _client.SyncAsync(exported);

        Assert.That(exported.Routes, Is.EquivalentTo(wanted.Routes));
        Assert.That((again.Added, again.Changed, again.Removed), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task AppliesAStreamOfRequests()
    {
        await _client.SyncAsync(SampleState.Node());

        List<uint> changes = [];

        await foreach (V1.ApplyResponse response in _client.ApplyAsync(RequestsAsync()))
        {
            changes.Add(response.Changed);
        }

        Assert.That(changes, Is.EqualTo(Enumerable.Repeat(50u, 40)));
    }

    [Test]
    public async Task StopsSendingWhenNobodyReads()
    {
        await _client.SyncAsync(SampleState.Node());

        await foreach (V1.ApplyResponse _ in _client.ApplyAsync(RequestsAsync()))
        {
            break;
        }

        await _client.ApplyAsync(new V1.ApplyRequest());
    }

    [Test]
    public async Task IsCancelled()
    {
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<V1.Event> events = _client.WatchAsync(new V1.WatchRequest(), stop.Token).GetAsyncEnumerator(stop.Token);
        await events.MoveNextAsync();
        Assert.That(events.Current.Synced, Is.Not.Null);

        ValueTask<bool> next = events.MoveNextAsync();
        await stop.CancelAsync();

        await Assert.ThatAsync(async () => await next, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task WatchesOnBehindARestart()
    {
        await _client.SyncAsync(SampleState.Node());
        using CancellationTokenSource limit = new(s_patience);
        await using IAsyncEnumerator<V1.Event> events = _client.WatchAsync(new V1.WatchRequest { Objects = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        await ReadUntilAsync(events, item => item.Synced is not null);

        await _served.RestartAsync();
        await _client.SyncAsync(SampleState.Node());

        await ReadUntilAsync(events, item => item.Lost is not null);
        await ReadUntilAsync(events, item => item.Applied?.Vni == 5001);
        Assert.That(events.Current.InstanceId, Is.EqualTo(_served.Server.InstanceId));
    }

    [Test]
    public async Task WaitsForAServerThatIsStarting()
    {
        await _served.StopAsync();
        Task<V1.ApplyResponse> applied = _client.ApplyAsync(new V1.ApplyRequest());
        await _served.StartAgainAsync();

        Assert.That((await applied).InstanceId, Is.EqualTo(_served.Server.InstanceId));
    }

    [TestCase("http://192.0.2.1:6640")]
    [TestCase("tcp://127.0.0.1:6640")]
    [TestCase("/run/vrouter.sock")]
    public void RefusesAnAddress(string address) => Assert.That(() => new VRouterClient(address), Throws.InstanceOf<FormatException>().With.Message.StartWith(address));

    private static async IAsyncEnumerable<V1.ApplyRequest> RequestsAsync()
    {
        for (int batch = 0; batch < 40; batch++)
        {
            yield return SampleState.Routes(1 + batch * 50, 50);
            await Task.Yield();
        }
    }

    private static async Task ReadUntilAsync(IAsyncEnumerator<V1.Event> events, Func<V1.Event, bool> isLast)
    {
        while (await events.MoveNextAsync() && !isLast(events.Current))
        {
        }
    }
}

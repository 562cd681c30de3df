using NUnit.Framework;
using VRouter.ControlSdk;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>A batcher before a server of ours.</summary>
internal sealed class ChangeBatcherTests
{
    private ServedDataPlane _served = null!;
    private VRouterClient _client = null!;

    [SetUp]
    public async Task Serve()
    {
        _served = await ServedDataPlane.StartAsync();
        _client = new VRouterClient(_served.Address);
        await _client.SyncAsync(SampleState.Node());
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        await _served.DisposeAsync();
    }

    [Test]
    public async Task MakesFewTransactionsOfManyChanges()
    {
        ulong before = _served.DataPlane.Generation;
        await using ChangeBatcher batcher = new(_client);

        await Task.WhenAll(Enumerable.Range(1, 20_000).Select(number => batcher.PutAsync(SampleState.Route(number))));

        Assert.That(_served.DataPlane.Export().Routes, Has.Count.EqualTo(20_001));
        Assert.That(_served.DataPlane.Generation - before, Is.LessThan(100));
    }

    [Test]
    public async Task KeepsTheLastWordOnAnObject()
    {
        await using ChangeBatcher batcher = new(_client);
        V1.Route other = SampleState.Route(1);
        other.Label = 77;

        await Task.WhenAll(batcher.PutAsync(SampleState.Route(1)), batcher.DeleteAsync(ContractKey.Of(other)!), batcher.PutAsync(other));

        Assert.That(_served.DataPlane.Export().Routes.Select(route => route.Label), Is.EqualTo(new uint[] { 0, 77 }));
    }

    [Test]
    public async Task TellsEachWhatBecameOfItsChange()
    {
        await using ChangeBatcher batcher = new(_client);
        V1.Route bad = SampleState.Route(2);
        bad.NextHop = 99;

        Task<ulong> good = batcher.PutAsync(SampleState.Route(1)), refused = batcher.PutAsync(bad), alsoGood = batcher.PutAsync(SampleState.Route(3));

        await Task.WhenAll(good, alsoGood);
        Assert.That((await Assert.ThrowsAsync<RefusedException>(() => refused))!.Message, Does.Contain("there is no next hop 99"));
        Assert.That(_served.DataPlane.Export().Routes, Has.Count.EqualTo(3));
    }
}

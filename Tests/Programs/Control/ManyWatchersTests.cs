using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>A hundred watchers of one vRouter.</summary>
internal sealed class ManyWatchersTests
{
    private const int Watchers = 100;

    private ServedDataPlane _served = null!;

    [SetUp]
    public async Task Serve()
    {
        _served = await ServedDataPlane.StartAsync();
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
    }

    [TearDown]
    public async Task TearDown() => await _served.DisposeAsync();

    [Test]
    public async Task AreToldOfEveryFlowOrThatTheyWereTooSlow()
    {
        const int Flows = 2_000;
        List<Watcher> watchers = await WatchAsync(new V1.WatchRequest { Flows = true });

        MakeFlows(Flows);

        // Two directions each, which begin and end.
        await Task.WhenAll(watchers.Select(async watcher =>
        {
            long told = 0;

            while (told < 4 * Flows)
            {
                V1.Event item = await watcher.ReadAsync();
                told += item.Lost is null ? 1 : (long)item.Lost.Count;
            }

            Assert.That(told, Is.EqualTo(4 * Flows));
        }));

        watchers.ForEach(watcher => watcher.Dispose());
    }

    [Test]
    public async Task HoldNoMoreThanTheirShareWhenNoneOfThemReads()
    {
        const int Routes = 10_000, Times = 60;
        List<Watcher> watchers = await WatchAsync(new V1.WatchRequest { Objects = true });
        await ChangeAsync(Routes, 1);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        for (int n = 2; n <= Times; n++)
        {
            await ChangeAsync(Routes, n);
        }

        // A hundred times 600,000 events, of some 60 bytes, would be gigabytes. There is a ring for all, and a batch and a window for each.
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.That(held, Is.LessThan(128L << 20));

        // Each of them hears, once it reads, how much it has missed.
        foreach (Watcher watcher in watchers.Take(3))
        {
            long told = 0, lost = 0;

            while (told + lost < (long)Routes * Times)
            {
                V1.Event item = await watcher.ReadAsync();
                told += item.Applied is null ? 0 : 1;
                lost += (long)(item.Lost?.Count ?? 0);
            }

            Assert.That(told + lost, Is.EqualTo((long)Routes * Times));
            Assert.That(lost, Is.GreaterThan(0));
        }

        watchers.ForEach(watcher => watcher.Dispose());
    }

    [Test]
    public async Task LeaveNothingWhenTheyGo()
    {
        List<Watcher> watchers = await WatchAsync(new V1.WatchRequest { Objects = true, Flows = true, Links = true });
        watchers.ForEach(watcher => watcher.Dispose());

        await using ServedDataPlane few = await ServedDataPlane.StartAsync(new ControlLimits { Watches = Watchers });

        for (int round = 0; round < 3; round++)
        {
            List<Watcher> all = [];
            await ServedDataPlane.UntilAsync(async () =>
            {
                Watcher watcher = new(few.Control, new V1.WatchRequest { Objects = true });
                await watcher.ReadUntilSyncedAsync();
                all.Add(watcher);
                return all.Count == Watchers;
            });
            all.ForEach(watcher => watcher.Dispose());
        }
    }

    private async Task<List<Watcher>> WatchAsync(V1.WatchRequest request)
    {
        List<Watcher> watchers = [.. Enumerable.Range(0, Watchers).Select(_ => new Watcher(_served.Control, request))];
        await Task.WhenAll(watchers.Select(watcher => watcher.ReadUntilSyncedAsync()));
        return watchers;
    }

    private async Task ChangeAsync(int count, int label)
    {
        V1.ApplyRequest request = SampleState.Routes(1, count);

        foreach (V1.Route route in request.Upsert.Routes)
        {
            route.Label = (uint)label;
        }

        await _served.Control.ApplyAsync(request);
    }

    /// <summary>UDP from the pod to behind the tunnel, each packet from another port; then all flows end.</summary>
    private void MakeFlows(int count)
    {
        using MemoryPort pod = new(_served.DataPlane.Frames);
        _served.DataPlane.Attach(new(2), pod);
        byte[] packet = Convert.FromHexString("00005e00010002000000010108004500001d00010000401166cd0a0000010a0100019c4000350009000000");
        const int SourcePort = 34;

        for (int n = 0; n < count; n++)
        {
            (packet[SourcePort], packet[SourcePort + 1]) = ((byte)(n >> 8), (byte)n);
            Assert.That(pod.TryDeliver(packet), Is.True);
            _served.DataPlane.Step();
        }

        _served.DataPlane.DeleteFlows(FlowFilter.All);
        _served.DataPlane.Detach(new(2));
    }
}

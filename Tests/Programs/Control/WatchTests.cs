using Google.Protobuf;
using Grpc.Core;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>Watch over a Unix socket.</summary>
internal sealed class WatchTests
{
    /// <summary>UDP from the pod of <see cref="SampleState.Node"/> to 10.1.0.1, behind the tunnel.</summary>
    private static readonly byte[] s_packet = Convert.FromHexString("00005e00010002000000010108004500001d00010000401166cd0a0000010a0100019c4000350009000000");

    private static readonly V1.WatchRequest s_objects = new() { Objects = true };

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
    public async Task TellsFirstWhatStands()
    {
        using Watcher watcher = new(_served.Control, s_objects);

        List<V1.Event> events = await watcher.ReadUntilSyncedAsync();

        Assert.That(events.Select(item => item.KindCase), Is.EqualTo((V1.Event.KindOneofCase[])[.. Enumerable.Repeat(V1.Event.KindOneofCase.Applied, 6), V1.Event.KindOneofCase.Synced]));
        Assert.That(events.Select(item => item.Applied), Does.Contain(new V1.ObjectKey { Route = new V1.RouteKey { Vrf = 1, Prefix = "10.1.0.0/24" } }));
        Assert.That(events.Select(item => item.InstanceId), Is.All.EqualTo(_served.Server.InstanceId));
    }

    [Test]
    public async Task TellsWhatChangesAndNothingElse()
    {
        using Watcher watcher = new(_served.Control, s_objects);
        await watcher.ReadUntilSyncedAsync();

        V1.ApplyRequest request = new() { Upsert = SampleState.Node(), Delete = { new V1.ObjectKey { Vni = 5001 } } };
        request.Upsert.Vnis.Clear();
        request.Upsert.Vrfs[0].Name = "other";
        request.Upsert.Routes.Add(SampleState.Route(7));
        await _served.Control.ApplyAsync(request);

        Assert.That((await watcher.ReadAsync()).Deleted, Is.EqualTo(new V1.ObjectKey { Vni = 5001 }));
        Assert.That((await watcher.ReadAsync()).Applied, Is.EqualTo(new V1.ObjectKey { Vrf = 1 }));
        Assert.That((await watcher.ReadAsync()).Applied.Route.Prefix, Is.EqualTo("10.1.7.0/24"));
    }

    [Test]
    public async Task GoesOnWhereAWatchBroke()
    {
        ByteString token;

        using (Watcher first = new(_served.Control, s_objects))
        {
            await first.ReadUntilSyncedAsync();
            await _served.Control.ApplyAsync(SampleState.Routes(1, 3));
            await first.ReadAsync();
            token = (await first.ReadAsync()).ResumeToken;
        }

        await _served.Control.ApplyAsync(SampleState.Routes(4, 1));
        using Watcher second = new(_served.Control, new V1.WatchRequest { Objects = true, ResumeToken = token });
        List<V1.Event> events = await second.ReadUntilSyncedAsync();

        Assert.That(events.SkipLast(1).Select(item => item.Applied.Route.Prefix), Is.EqualTo(["10.1.3.0/24", "10.1.4.0/24"]));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task BeginsAnewWithATokenThatIsNoneOfThisStart(bool isOfAnotherStart)
    {
        ByteString token = ByteString.CopyFromUtf8("what is this");

        if (isOfAnotherStart)
        {
            using Watcher before = new(_served.Control, s_objects);
            token = (await before.ReadUntilSyncedAsync())[^1].ResumeToken;
        }

        await _served.RestartAsync();
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        using Watcher watcher = new(_served.Control, new V1.WatchRequest { Objects = true, ResumeToken = token });
        List<V1.Event> events = await watcher.ReadUntilSyncedAsync();

        Assert.That(events[0].KindCase, Is.EqualTo(V1.Event.KindOneofCase.Lost));
        Assert.That(events.Count(item => item.KindCase == V1.Event.KindOneofCase.Applied), Is.EqualTo(6));
    }

    [TestCase(true, false, true)]
    [TestCase(false, true, false)]
    public async Task GoesOnWithATokenThatKnowsAllThatIsAskedFor(bool knewLinks, bool asksForLinks, bool goesOn)
    {
        ByteString token;

        using (Watcher first = new(_served.Control, new V1.WatchRequest { Objects = true, Links = knewLinks }))
        {
            token = (await first.ReadUntilSyncedAsync())[^1].ResumeToken;
        }

        using Watcher second = new(_served.Control, new V1.WatchRequest { Objects = true, Links = asksForLinks, ResumeToken = token });
        List<V1.Event> events = await second.ReadUntilSyncedAsync();

        Assert.That(events[0].KindCase, Is.EqualTo(goesOn ? V1.Event.KindOneofCase.Synced : V1.Event.KindOneofCase.Lost));
    }

    [Test]
    public async Task BeginsAnewWithATokenThatIsTooOld()
    {
        await using ServedDataPlane forgetful = await ServedDataPlane.StartAsync(new ControlLimits { JournalEvents = 10 });
        await forgetful.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        ByteString token;

        using (Watcher first = new(forgetful.Control, s_objects))
        {
            token = (await first.ReadUntilSyncedAsync())[^1].ResumeToken;
        }

        await forgetful.Control.ApplyAsync(SampleState.Routes(1, 11));
        using Watcher second = new(forgetful.Control, new V1.WatchRequest { Objects = true, ResumeToken = token });
        List<V1.Event> events = await second.ReadUntilSyncedAsync();

        Assert.That(events[0].KindCase, Is.EqualTo(V1.Event.KindOneofCase.Lost));
        Assert.That(events.Count(item => item.Applied is not null), Is.EqualTo(17), "all that stands");
    }

    [Test]
    public async Task TellsOfFlows()
    {
        using MemoryPort pod = new(_served.DataPlane.Frames);
        _served.DataPlane.Attach(new(2), pod);
        using Watcher watcher = new(_served.Control, new V1.WatchRequest { Flows = true });
        await watcher.ReadUntilSyncedAsync();

        Assert.That(pod.TryDeliver(s_packet), Is.True);
        _served.DataPlane.Step();

        V1.Event first = await watcher.ReadAsync();
        Assert.That(first.FlowStarted.Key.Destination, Is.EqualTo("10.1.0.1"));
        Assert.That((await watcher.ReadAsync()).FlowStarted.Key.Source, Is.EqualTo("10.1.0.1"), "an event a direction");

        using Watcher late = new(_served.Control, new V1.WatchRequest { Flows = true });
        Assert.That((await late.ReadUntilSyncedAsync()).Count(item => item.FlowStarted is not null), Is.EqualTo(2));

        _served.DataPlane.DeleteFlows(FlowFilter.All);
        Assert.That((await watcher.ReadAsync()).FlowEnded.EndReason, Is.EqualTo("Deleted"));
    }

    [Test]
    public async Task TellsOfLinks()
    {
        using Watcher watcher = new(_served.Control, new V1.WatchRequest { Links = true });
        List<V1.Event> events = await watcher.ReadUntilSyncedAsync();
        Assert.That(events.Where(item => item.Link is not null).Select(item => (item.Link.Interface, item.Link.Up)), Is.EqualTo([(1u, false), (2u, false)]));

        _served.DataPlane.Attach(new(2), new MemoryPort(_served.DataPlane.Frames));

        Assert.That((await watcher.ReadAsync()).Link, Is.EqualTo(new V1.LinkState { Interface = 2, Up = true }));
    }

    [Test]
    public async Task TellsOfNeighbours()
    {
        MemoryPort fabric = new(_served.DataPlane.Frames);
        _served.DataPlane.Attach(new(1), fabric);
        using Watcher watcher = new(_served.Control, new V1.WatchRequest { Links = true });
        await watcher.ReadUntilSyncedAsync();

        await MeetAsync("020000000099", "02:00:00:00:00:99");
        await MeetAsync("020000000077", "02:00:00:00:00:77");

        using Watcher late = new(_served.Control, new V1.WatchRequest { Links = true });
        Assert.That((await late.ReadUntilSyncedAsync()).Single(item => item.Neighbour?.Address == "192.0.2.2").Neighbour.Reachable, Is.True);

        // It asks for the fabric's MAC, and tells its own by that.
        async Task MeetAsync(string mac, string told)
        {
            Assert.That(fabric.TryDeliver(Convert.FromHexString($"ffffffffffff{mac}08060001080006040001{mac}c0000202000000000000c0000201")), Is.True);
            _served.DataPlane.Step();
            V1.Event item = await watcher.ReadAsync();

            Assert.That(item.Neighbour, Is.EqualTo(new V1.NeighbourState { Interface = 1, Address = "192.0.2.2", Mac = told, Reachable = true }));
        }
    }

    [Test]
    public async Task TellsASlowReaderWhatItMissed()
    {
        using Watcher watcher = new(_served.Control, s_objects);
        await watcher.ReadUntilSyncedAsync();

        // More than the journal, the batch and HTTP/2's windows hold together.
        const int Changes = 300_000, Each = 10_000;

        for (int n = 0; n < Changes / Each; n++)
        {
            V1.ApplyRequest request = SampleState.Routes(1, Each);
            request.Upsert.Routes.ToList().ForEach(route => route.Label = (uint)(5002 + n));
            await _served.Control.ApplyAsync(request);
        }

        long events = 0, lost = 0;

        while (events + lost < Changes)
        {
            V1.Event item = await watcher.ReadAsync();
            events += item.Applied is null ? 0 : 1;
            lost += (long)(item.Lost?.Count ?? 0);
        }

        Assert.That(events + lost, Is.EqualTo(Changes));
        Assert.That(lost, Is.GreaterThan(0));
    }

    [Test]
    public async Task BoundsTheNumberOfWatches()
    {
        await using ServedDataPlane few = await ServedDataPlane.StartAsync(new ControlLimits { Watches = 1 });
        using Watcher first = new(few.Control, s_objects);
        await first.ReadUntilSyncedAsync();
        using Watcher second = new(few.Control, s_objects);

        RpcException refused = (await Assert.ThrowsAsync<RpcException>(second.ReadAsync))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
    }
}

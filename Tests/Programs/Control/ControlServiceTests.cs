using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using NUnit.Framework;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>vrouter.v1.Control over a Unix socket.</summary>
internal sealed class ControlServiceTests
{
    private ServedDataPlane _served = null!;

    [SetUp]
    public async Task Serve() => _served = await ServedDataPlane.StartAsync();

    [TearDown]
    public async Task TearDown() => await _served.DisposeAsync();

    [Test]
    public async Task AppliesARequest()
    {
        V1.ApplyResponse response = await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });

        Assert.That(response.Changed, Is.EqualTo(6));
        Assert.That(response.Generation, Is.EqualTo(_served.DataPlane.Generation));
        Assert.That(response.InstanceId, Is.EqualTo(_served.Server.InstanceId).And.Not.Empty);
    }

    [Test]
    public async Task ChangesNothingWhenARequestIsAppliedAgain()
    {
        V1.ApplyResponse first = await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        V1.ApplyResponse second = await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });

        Assert.That(second.Changed, Is.Zero);
        Assert.That(second.Generation, Is.EqualTo(first.Generation));
    }

    [Test]
    public async Task NamesEveryProblemOfARefusedRequest()
    {
        RpcException refused = (await Assert.ThrowsAsync<RpcException>(async () => await _served.Control.ApplyAsync(new V1.ApplyRequest
        {
            Upsert = new V1.Config
            {
                Vrfs = { new V1.Vrf { Id = 1 } },
                Routes = { new V1.Route { Vrf = 1, Prefix = "10.0.0.300/24", NextHop = 1 }, new V1.Route { Vrf = 2, Prefix = "10.0.0.0/8", NextHop = 9 } },
            },
        })))!;

        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(refused.Status.Detail, Does.Contain("10.0.0.300").And.Contain("there is no VRF 2").And.Contain("there is no next hop 9"));

        BadRequest details = refused.GetRpcStatus()!.GetDetail<BadRequest>()!;
        Assert.That(details.FieldViolations.Select(violation => violation.Field),
            Is.EqualTo(["upsert.routes[0].prefix", "upsert.routes[1].vrf", "upsert.routes[1].next_hop"]));

        V1.ApplyResponse response = refused.GetRpcStatus()!.GetDetail<V1.ApplyResponse>()!;
        Assert.That(response.Problems.Select(problem => problem.Field), Is.EqualTo(["prefix", "vrf", "next_hop"]));
        Assert.That(response.InstanceId, Is.EqualTo(_served.Server.InstanceId));

        Assert.That(_served.DataPlane.Export().Vrfs, Is.Empty, "nothing of it was applied");
    }

    [Test]
    public async Task SaysWhatWouldBeRightInAnotherState()
    {
        RpcException refused = (await Assert.ThrowsAsync<RpcException>(async () => await _served.Control.ApplyAsync(SampleState.Routes(0, 1))))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition), "there is no VRF and no next hop yet");

        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        refused = (await Assert.ThrowsAsync<RpcException>(async () => await _served.Control.ApplyAsync(new V1.ApplyRequest { Delete = { new V1.ObjectKey { Vrf = 1 } } })))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition), "it is in use");
    }

    [Test]
    public async Task KeepsTheTrailersOfAHugeRefusalSmall()
    {
        RpcException refused = (await Assert.ThrowsAsync<RpcException>(async () => await _served.Control.ApplyAsync(SampleState.Routes(0, 5000))))!;

        Assert.That(refused.Status.Detail, Does.Contain("and 99").And.Contain("more"));
        Assert.That(refused.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Metadata["problems"], Is.EqualTo("10000"));
        Assert.That(refused.Trailers.Sum(trailer => 32 + trailer.Key.Length + (trailer.IsBinary ? trailer.ValueBytes.Length * 4 / 3 : trailer.Value.Length)), Is.LessThan(8000));
    }

    [Test]
    public async Task AnswersEachRequestOfAStreamInOrder()
    {
        using AsyncDuplexStreamingCall<V1.ApplyRequest, V1.ApplyResponse> call = _served.Control.ApplyStream();
        await call.RequestStream.WriteAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });

        for (int batch = 1; batch <= 20; batch++)
        {
            await call.RequestStream.WriteAsync(SampleState.Routes(batch * 100, 100));
        }

        await call.RequestStream.CompleteAsync();
        List<V1.ApplyResponse> responses = await ReadAllAsync(call.ResponseStream);

        Assert.That(responses.Select(response => response.Changed), Is.EqualTo((uint[])[6, .. Enumerable.Repeat(100u, 20)]));
        Assert.That(responses.Select(response => response.Generation), Is.Ordered.Ascending);
    }

    [Test]
    public async Task GoesOnWithAStreamAfterARefusal()
    {
        using AsyncDuplexStreamingCall<V1.ApplyRequest, V1.ApplyResponse> call = _served.Control.ApplyStream();
        await call.RequestStream.WriteAsync(SampleState.Routes(0, 3000));
        await call.RequestStream.WriteAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        await call.RequestStream.CompleteAsync();

        List<V1.ApplyResponse> responses = await ReadAllAsync(call.ResponseStream);

        Assert.That(responses[0].Problems, Has.Count.EqualTo(6000), "a message names them all");
        Assert.That(responses[0].Changed, Is.Zero);
        Assert.That(responses[1].Problems, Is.Empty);
        Assert.That(responses[1].Changed, Is.EqualTo(6));
    }

    [Test]
    public async Task SyncsAStateThatComesInPieces()
    {
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = new V1.Config { Vrfs = { new V1.Vrf { Id = 77 } } } });

        V1.SyncResponse response = await SyncAsync(SampleState.Node(), SampleState.Routes(100, 50).Upsert);

        Assert.That((response.Added, response.Removed), Is.EqualTo((56, 1)));
        Assert.That(_served.DataPlane.Export().Vrfs.Select(vrf => vrf.Id.Value), Is.EqualTo([1]));
    }

    [Test]
    public async Task ChangesNothingWhenAClientGivesUpInTheMiddleOfASync()
    {
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        ulong before = _served.DataPlane.Generation;

        using (AsyncClientStreamingCall<V1.SyncRequest, V1.SyncResponse> call = _served.Control.Sync())
        {
            await call.RequestStream.WriteAsync(new V1.SyncRequest { State = new V1.Config { Vrfs = { new V1.Vrf { Id = 5 } } } });
        }

        await _served.Control.ApplyAsync(new V1.ApplyRequest());
        Assert.That(_served.DataPlane.Generation, Is.EqualTo(before));
    }

    [Test]
    public async Task ExportsWhatASyncFindsUnchanged()
    {
        await SyncAsync(SampleState.Node(), SampleState.Routes(100, 5000).Upsert);

        List<V1.Config> pieces = [];

        await foreach (V1.Config piece in _served.Control.Export(new V1.ExportRequest()).ResponseStream.ReadAllAsync())
        {
            pieces.Add(piece);
        }

        Assert.That(pieces, Has.Count.GreaterThan(1));
        V1.SyncResponse response = await SyncAsync([.. pieces]);
        Assert.That((response.Added, response.Changed, response.Removed), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task SaysWhatASyncWouldDo()
    {
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        ulong before = _served.DataPlane.Generation;
        V1.Config wanted = SampleState.Node();
        wanted.Vnis.Clear();
        wanted.Vrfs[0].Name = "other";
        wanted.Settings = new V1.Settings { MaxFlows = 4096 };
        wanted.Routes.Add(SampleState.Route(7));

        V1.SyncResponse response = await SyncAsync(new V1.SyncRequest { State = wanted }, new V1.SyncRequest { ValidateOnly = true });

        Assert.That((response.Added, response.Changed, response.Removed), Is.EqualTo((1, 2, 1)));
        Assert.That(response.Applied, Is.EquivalentTo(
            [new V1.ObjectKey(), new V1.ObjectKey { Vrf = 1 }, new V1.ObjectKey { Route = new V1.RouteKey { Vrf = 1, Prefix = "10.1.7.0/24" } }]));
        Assert.That(response.Deleted, Is.EqualTo([new V1.ObjectKey { Vni = 5001 }]));
        Assert.That(_served.DataPlane.Generation, Is.EqualTo(before));
        Assert.That(_served.Log, Has.None.Contain("Sync made"));
    }

    [Test]
    public async Task NamesEveryProblemThatASyncWouldHave()
    {
        V1.SyncResponse response = await SyncAsync(new V1.SyncRequest { State = SampleState.Routes(0, 3000).Upsert, ValidateOnly = true });

        Assert.That(response.Problems, Has.Count.EqualTo(6000));
        Assert.That((response.Added, response.Applied.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task SaysHowManyObjectsARequestWouldChange()
    {
        V1.ApplyResponse response = await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node(), ValidateOnly = true });

        Assert.That(response.Changed, Is.EqualTo(6));
        Assert.That(_served.DataPlane.Export().Vrfs, Is.Empty);
        Assert.That(_served.Log, Has.None.Contain("Apply made"));
    }

    [Test]
    public async Task ExportsOnlyTheFieldsThatAreAskedFor()
    {
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });

        V1.Config exported = await ExportAsync("interfaces", "vnis");

        Assert.That((exported.Interfaces.Count, exported.Vnis.Count), Is.EqualTo((2, 1)));
        Assert.That((exported.Settings, exported.Vrfs.Count, exported.Routes.Count), Is.EqualTo(((V1.Settings?)null, 0, 0)));
        RpcException refused = (await Assert.ThrowsAsync<RpcException>(() => ExportAsync("interface")))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
    }

    [Test]
    public async Task LogsALineAChange()
    {
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Delete = { new V1.ObjectKey { Vni = 5001 } } });

        string[] changes = [.. _served.Log.Where(line => line.Contains("Apply", StringComparison.Ordinal))];

        Assert.That(changes, Has.Length.EqualTo(2));
        Assert.That(changes[0], Does.Match(@"uid \d+, pid \d+: Apply made generation \d+: 6 added, 0 changed, 0 removed: vrf 1, interface 1, interface 2, next hop 1, .*10\.1\.0\.0/24"));
        Assert.That(changes[1], Does.Contain("0 added, 0 changed, 1 removed: vni 5001"));

        using AsyncClientStreamingCall<V1.SyncRequest, V1.SyncResponse> sync = _served.Control.Sync();
        await sync.RequestStream.WriteAsync(new V1.SyncRequest { State = SampleState.Node() });
        await sync.RequestStream.CompleteAsync();
        await sync;
        Assert.That(_served.Log, Has.Some.Match(@"Sync made generation \d+: 1 added, 0 changed, 0 removed: a state of 6 objects"));
    }

    private async Task<V1.Config> ExportAsync(params string[] fields)
    {
        var whole = new V1.Config();

        await foreach (V1.Config piece in _served.Control.Export(new V1.ExportRequest { Fields = new FieldMask { Paths = { fields } } }).ResponseStream.ReadAllAsync())
        {
            whole.MergeFrom(piece);
        }

        return whole;
    }

    private Task<V1.SyncResponse> SyncAsync(params V1.Config[] pieces) => SyncAsync([.. pieces.Select(piece => new V1.SyncRequest { State = piece })]);

    private async Task<V1.SyncResponse> SyncAsync(params V1.SyncRequest[] requests)
    {
        using AsyncClientStreamingCall<V1.SyncRequest, V1.SyncResponse> call = _served.Control.Sync();

        foreach (V1.SyncRequest request in requests)
        {
            await call.RequestStream.WriteAsync(request);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    private static async Task<List<T>> ReadAllAsync<T>(IAsyncStreamReader<T> reader)
    {
        List<T> all = [];

        await foreach (T item in reader.ReadAllAsync())
        {
            all.Add(item);
        }

        return all;
    }
}

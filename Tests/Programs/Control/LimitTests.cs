using System.Diagnostics;
using Grpc.Core;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Tests.Programs.Control.BadInput;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>What clients may ask of a control server, and no more.</summary>
internal sealed class LimitTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task BoundsCallsOfAllConnections()
    {
        await using ServedDataPlane served = await ServedDataPlane.StartAsync(new ControlLimits { Calls = 2 });

        using (Watcher one = new(served.Control, new V1.WatchRequest()), two = new(served.Control, new V1.WatchRequest()))
        {
            await one.ReadUntilSyncedAsync();
            await two.ReadUntilSyncedAsync();
            await AssertRefusedAsync(served, "2 calls are under way, and no more are let in");
        }

        await ServedDataPlane.UntilAsync(async () =>
        {
            await served.Control.ApplyAsync(new V1.ApplyRequest());
            return true;
        });
    }

    [Test]
    public async Task BoundsTransactionsThatWait()
    {
        await using ServedDataPlane served = await ServedDataPlane.StartAsync(new ControlLimits { Transactions = 2 });
        using SemaphoreSlim begun = new(0), goOn = new(0);
        served.DataPlane.Changed += _ =>
        {
            begun.Release();
            goOn.Wait(s_patience);
        };

        AsyncUnaryCall<V1.ApplyResponse> first = served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        Assert.That(await begun.WaitAsync(s_patience), Is.True);
        AsyncUnaryCall<V1.ApplyResponse> second = served.Control.ApplyAsync(new V1.ApplyRequest());

        await ServedDataPlane.UntilAsync(async () =>
        {
            // Before the second has come to wait, this one may; then it gives up.
            AsyncUnaryCall<V1.ApplyResponse> third = served.Control.ApplyAsync(new V1.ApplyRequest(), deadline: DateTime.UtcNow.AddSeconds(0.5));
            return await StatusOfAsync(third) == StatusCode.ResourceExhausted;
        });

        goOn.Release();
        await first;
        await second;
    }

    [Test]
    public async Task HoldsAConnectionToItsRate()
    {
        await using ServedDataPlane served = await ServedDataPlane.StartAsync(new ControlLimits { RequestsPerSecond = 200 });
        long started = Stopwatch.GetTimestamp();

        for (int n = 0; n < 50; n++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => served.Control.ApplyAsync(new V1.ApplyRequest()).ResponseAsync));
        }

        Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.GreaterThan(0.7), "256 at once, then 200 a second");
    }

    [Test]
    public async Task HoldsAStreamOfTransactionsToTheSameRate()
    {
        await using ServedDataPlane served = await ServedDataPlane.StartAsync(new ControlLimits { RequestsPerSecond = 200 });
        using AsyncDuplexStreamingCall<V1.ApplyRequest, V1.ApplyResponse> call = served.Control.ApplyStream();
        long started = Stopwatch.GetTimestamp();

        for (int n = 0; n < 400; n++)
        {
            await call.RequestStream.WriteAsync(new V1.ApplyRequest());
        }

        await call.RequestStream.CompleteAsync();

        while (await call.ResponseStream.MoveNext())
        {
        }

        Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.GreaterThan(0.7));
    }

    [Test]
    public async Task BoundsConnections()
    {
        await using ServedDataPlane served = await ServedDataPlane.StartAsync(new ControlLimits { Connections = 2 });
        using RawConnection one = await RawConnection.GreetAsync(served.Socket), two = await RawConnection.GreetAsync(served.Socket);
        Assert.That(await one.ReadFrameAsync(), Is.Not.Null);
        Assert.That(await two.ReadFrameAsync(), Is.Not.Null);

        using RawConnection three = RawConnection.Open(served.Socket);
        Assert.That(await three.IsClosedAsync(), Is.True);
    }

    [Test]
    public async Task BoundsCallsOfAConnection()
    {
        await using ServedDataPlane served = await ServedDataPlane.StartAsync(new ControlLimits { CallsPerConnection = 2 });
        using RawConnection connection = await RawConnection.GreetAsync(served.Socket);

        foreach (int stream in (int[])[1, 3, 5])
        {
            await connection.CallAsync(stream, "/vrouter.v1.Control/ApplyStream");
        }

        const int RefusedStream = 7;
        Assert.That(await connection.ReadStatusAsync(5), Is.EqualTo($"RST_STREAM {RefusedStream}"));
    }

    [Test]
    public async Task BoundsTheObjectsOfASync()
    {
        await using ServedDataPlane served = await ServedDataPlane.StartAsync(new ControlLimits { SyncObjects = 1000 });
        using AsyncClientStreamingCall<V1.SyncRequest, V1.SyncResponse> call = served.Control.Sync();
        await call.RequestStream.WriteAsync(new V1.SyncRequest { State = SampleState.Routes(0, 1001).Upsert });

        RpcException refused = (await Assert.ThrowsAsync<RpcException>(async () => await call))!;
        Assert.That((refused.StatusCode, refused.Status.Detail), Is.EqualTo((StatusCode.ResourceExhausted, "more than 1000 objects")));
    }

    private static async Task AssertRefusedAsync(ServedDataPlane served, string why)
    {
        RpcException refused = (await Assert.ThrowsAsync<RpcException>(async () => await served.Control.ApplyAsync(new V1.ApplyRequest())))!;
        Assert.That((refused.StatusCode, refused.Status.Detail), Is.EqualTo((StatusCode.ResourceExhausted, why)));
    }

    private static async Task<StatusCode> StatusOfAsync(AsyncUnaryCall<V1.ApplyResponse> call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}

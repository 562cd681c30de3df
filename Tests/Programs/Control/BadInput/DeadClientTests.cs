using Grpc.Core;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control.BadInput;

/// <summary>A client that goes without a word, stays without a word, or is slower than its server.</summary>
internal sealed class DeadClientTests
{
    /// <summary>One place for each kind of call.</summary>
    private static readonly ControlLimits s_one = new() { ApplyStreams = 1, Syncs = 1, Listings = 1, Watches = 1, PacketStreams = 1 };

    private ServedDataPlane _served = null!;

    [SetUp]
    public Task Serve() => ServeAsync(s_one);

    [TearDown]
    public async Task TearDown() => await _served.DisposeAsync();

    [TestCase("ApplyStream")]
    [TestCase("Sync")]
    [TestCase("PacketIo")]
    [TestCase("Watch")]
    public async Task LeavesNothingWhenItIsKilled(string method)
    {
        RawConnection client = await OccupyAsync(method);

        client.Dispose();

        await AssertFreeAsync(method);
    }

    [TestCase("ApplyStream")]
    [TestCase("Sync")]
    [TestCase("PacketIo")]
    [TestCase("Watch")]
    public async Task LeavesNothingWhenItDoesNotAnswer(string method)
    {
        await ServeAgainAsync(s_one with { PingAfter = TimeSpan.FromSeconds(1), PongWithin = TimeSpan.FromSeconds(1) });

        // It is there, and silent: no acknowledgement of a PING, as a machine that has lost its power.
        using RawConnection client = await OccupyAsync(method);

        await AssertFreeAsync(method);
        Assert.That(await client.IsClosedAsync(), Is.True);
    }

    [Test]
    public async Task ChangesNothingWhenItDiesInTheMiddleOfASync()
    {
        ulong before = _served.DataPlane.Generation;
        RawConnection client = await OccupyAsync("Sync");
        await client.SendFrameAsync(RawConnection.Data, 0, 1, RawConnection.Message([0x0A, 0x04, 0x12, 0x02, 0x08, 0x07]));      // VRF 7, and no more
        client.Dispose();

        await AssertFreeAsync("Sync");
        Assert.That(_served.DataPlane.Generation, Is.EqualTo(before));
    }

    [Test]
    public async Task KeepsItsPlaceWhileItAnswers()
    {
        await ServeAgainAsync(s_one with { PingAfter = TimeSpan.FromSeconds(1) });
        using AsyncDuplexStreamingCall<V1.ApplyRequest, V1.ApplyResponse> idle = _served.Control.ApplyStream();
        await idle.RequestStream.WriteAsync(new V1.ApplyRequest());
        await idle.ResponseStream.MoveNext();

        await Task.Delay(TimeSpan.FromSeconds(3));

        await idle.RequestStream.WriteAsync(new V1.ApplyRequest());
        Assert.That(await idle.ResponseStream.MoveNext(), Is.True);
    }

    [Test]
    public async Task DoesNotHoldOthersUpWhenItDoesNotRead()
    {
        await _served.Control.ApplyAsync(SampleState.Routes(1, 50_000));
        using AsyncServerStreamingCall<V1.Config> slow = _served.Control.Export(new V1.ExportRequest());
        await slow.ResponseStream.MoveNext(CancellationToken.None);

        for (int n = 0; n < 20; n++)
        {
            await _served.Control.ApplyAsync(SampleState.Routes(60_000 + n, 1));
        }

        int routes = slow.ResponseStream.Current.Routes.Count;

        while (await slow.ResponseStream.MoveNext(CancellationToken.None))
        {
            routes += slow.ResponseStream.Current.Routes.Count;
        }

        Assert.That(routes, Is.EqualTo(50_001), "the state as it stood when it asked");
    }

    private async Task ServeAsync(ControlLimits limits)
    {
        _served = await ServedDataPlane.StartAsync(limits);
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
    }

    private async Task ServeAgainAsync(ControlLimits limits)
    {
        await _served.DisposeAsync();
        await ServeAsync(limits);
    }

    /// <summary>Takes the only place that there is for a kind of call. Whoever asks whether it is taken may have been first: then once more.</summary>
    private async Task<RawConnection> OccupyAsync(string method)
    {
        while (true)
        {
            RawConnection client = await BeginAsync(method);

            if (await IsFullAsync(method))
            {
                return client;
            }

            client.Dispose();
        }
    }

    private Task AssertFreeAsync(string method) => ServedDataPlane.UntilAsync(async () => !await IsFullAsync(method));

    /// <summary>Begins a call by hand, and says no more.</summary>
    private async Task<RawConnection> BeginAsync(string method)
    {
        RawConnection client = await RawConnection.GreetAsync(_served.Socket);
        await client.CallAsync(1, $"/vrouter.v1.Control/{method}");

        if (method == "Watch")
        {
            await client.SendFrameAsync(RawConnection.Data, RawConnection.EndStream, 1, RawConnection.Message([0x18, 0x01]));
        }

        return client;
    }

    /// <summary>Whether another call of the kind finds no place.</summary>
    private async Task<bool> IsFullAsync(string method)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMilliseconds(300));

        try
        {
            await (method switch
            {
                "ApplyStream" => EndAsync(_served.Control.ApplyStream(cancellationToken: limit.Token)),
                "PacketIo" => EndAsync(_served.Control.PacketIo(cancellationToken: limit.Token)),
                "Sync" => FirstOfASyncAsync(limit.Token),
                _ => FirstOfAWatchAsync(limit.Token),
            });

            return false;
        }
        catch (RpcException e)
        {
            return e.StatusCode == StatusCode.ResourceExhausted;
        }
    }

    private static async Task EndAsync<TRequest, TResponse>(AsyncDuplexStreamingCall<TRequest, TResponse> call)
    {
        using (call)
        {
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext(CancellationToken.None);
        }
    }

    private async Task FirstOfASyncAsync(CancellationToken stop)
    {
        using AsyncClientStreamingCall<V1.SyncRequest, V1.SyncResponse> call = _served.Control.Sync(cancellationToken: stop);
        await call.ResponseAsync;
    }

    private async Task FirstOfAWatchAsync(CancellationToken stop)
    {
        using AsyncServerStreamingCall<V1.Event> call = _served.Control.Watch(new V1.WatchRequest(), cancellationToken: stop);
        await call.ResponseStream.MoveNext(stop);
    }
}

using Grpc.Core;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>Diagnostics.Capture, drops that are followed, and flows that are ended: at a node whose tenant 2 sends.</summary>
internal sealed class CaptureTests
{
    private ServedDataPlane _served = null!;
    private SendingTenant _tenant = null!;

    [SetUp]
    public async Task Serve()
    {
        _served = await ServedDataPlane.StartAsync();
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        _tenant = new SendingTenant(_served.DataPlane);
    }

    [TearDown]
    public async Task TearDown() => await _served.DisposeAsync();

    [Test]
    public async Task SendsPacketsAsTheyPass()
    {
        using AsyncServerStreamingCall<V1.CaptureChunk> call = _served.Diagnostics.Capture(new V1.CaptureRequest());
        await BeginAsync(call);

        _tenant.Send("198.51.100.1");

        byte[] sent = SendingTenant.PacketTo("198.51.100.1");
        IReadOnlyList<CapturedPacket> packets = await ReadAsync(call, 2);
        Assert.That(packets.Select(packet => packet.Bytes.ToArray()), Is.EqualTo([sent, sent]), "as it came in, and where it ended");
        Assert.That(DateTimeOffset.UnixEpoch.AddTicks(packets[0].Nanoseconds / 100), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task SendsOnlyWhatIsAskedFor()
    {
        using AsyncServerStreamingCall<V1.CaptureChunk> call = _served.Diagnostics.Capture(new V1.CaptureRequest
        {
            Interfaces = { 2 },
            SnapLength = 40,
            DropsOnly = true,
            Match = new V1.FlowKey { Destination = "198.51.100.1", Protocol = 17, Vrf = 1 },
        });
        await BeginAsync(call);

        _tenant.Send("10.1.0.7");
        _tenant.Send("198.51.100.2");
        _tenant.Send("198.51.100.1");

        IReadOnlyList<CapturedPacket> packets = await ReadAsync(call, 1);
        Assert.That(packets.Single().Bytes.ToArray(), Is.EqualTo(SendingTenant.PacketTo("198.51.100.1")[..40]));
        Assert.That(packets.Single().OriginalLength, Is.EqualTo(SendingTenant.PacketTo("198.51.100.1").Length));
    }

    [TestCase("x", 0u, "match.source: 'x' is not an IP address")]
    [TestCase("", 77u, "there is no interface 77")]
    public async Task RefusesWhatIsNotThere(string source, uint vif, string reason)
    {
        using AsyncServerStreamingCall<V1.CaptureChunk> call = _served.Diagnostics.Capture(new V1.CaptureRequest { Interfaces = { vif == 0 ? [] : [vif] }, Match = new V1.FlowKey { Source = source } });

        RpcException refused = (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext()))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(refused.Status.Detail, Does.Contain(reason));
    }

    [Test]
    public async Task LeavesNothingBehindWhenTheClientGoes()
    {
        using (AsyncServerStreamingCall<V1.CaptureChunk> call = _served.Diagnostics.Capture(new V1.CaptureRequest()))
        {
            await BeginAsync(call);
        }

        // Of one client after the other there may be any number.
        for (int i = 0; i < 3 * new ControlLimits().Captures; i++)
        {
            using AsyncServerStreamingCall<V1.CaptureChunk> call = _served.Diagnostics.Capture(new V1.CaptureRequest());
            await UntilLetInAsync(call);
        }
    }

    [Test]
    public async Task LetsNoMoreInThanItsLimit()
    {
        List<AsyncServerStreamingCall<V1.CaptureChunk>> calls = [];

        for (int i = 0; i < new ControlLimits().Captures; i++)
        {
            calls.Add(_served.Diagnostics.Capture(new V1.CaptureRequest()));
            await BeginAsync(calls[i]);
        }

        using AsyncServerStreamingCall<V1.CaptureChunk> one = _served.Diagnostics.Capture(new V1.CaptureRequest());
        RpcException refused = (await Assert.ThrowsAsync<RpcException>(() => one.ResponseStream.MoveNext()))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        calls.ForEach(call => call.Dispose());
    }

    [Test]
    public async Task FollowsDrops()
    {
        _tenant.Send("198.51.100.9");
        using AsyncServerStreamingCall<V1.Drop> call = _served.Diagnostics.ListDrops(new V1.ListDropsRequest { Follow = true, Limit = 2, Reason = "NoRoute" });
        List<V1.Drop> drops = [];

        // Nothing tells from when on they are followed, but that they come.
        for (Task<bool> next = call.ResponseStream.MoveNext(); ; next = call.ResponseStream.MoveNext())
        {
            while (!next.IsCompleted)
            {
                _tenant.Send("198.51.100.1");
                await Task.WhenAny(next, Task.Delay(20));
            }

            if (!await next)
            {
                break;
            }

            drops.Add(call.ResponseStream.Current);
        }

        byte[] sent = SendingTenant.PacketTo("198.51.100.1");
        Assert.That(drops.Select(drop => drop.Packet.ToByteArray()), Is.EqualTo([sent, sent]), "those to come, and so many of them");
        Assert.That(drops[0].Reason, Is.EqualTo("NoRoute"));
        Assert.That(drops[0].Interface, Is.EqualTo(2));
    }

    [Test]
    public async Task EndsFlows()
    {
        _tenant.Send("10.1.0.7");
        _tenant.Send("10.1.0.8");
        Assert.That(_served.DataPlane.ReadFlows().Count(), Is.EqualTo(4));

        V1.DeleteFlowsResponse response = await _served.Control.DeleteFlowsAsync(new V1.DeleteFlowsRequest { Match = new V1.FlowKey { Destination = "10.1.0.7" } });

        Assert.That(response.Deleted, Is.EqualTo(2));
        Assert.That(_served.DataPlane.ReadFlows().Count(), Is.EqualTo(2));
        Assert.That(_served.Log, Has.Some.Match(@"uid \d+.*DeleteFlows ended 2 directions of flows: .*10\.1\.0\.7"));
    }

    // The header is there when the workers look on.
    private static async Task BeginAsync(AsyncServerStreamingCall<V1.CaptureChunk> call) => Assert.That(await call.ResponseStream.MoveNext(), Is.True);

    private static async Task UntilLetInAsync(AsyncServerStreamingCall<V1.CaptureChunk> call)
    {
        try
        {
            await BeginAsync(call);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
        {
            // The server hears of the last ones' end in its own time.
            await Task.Delay(50);
        }
    }

    private static async Task<IReadOnlyList<CapturedPacket>> ReadAsync(AsyncServerStreamingCall<V1.CaptureChunk> call, int count)
    {
        using var file = new MemoryStream();
        call.ResponseStream.Current.Pcapng.WriteTo(file);

        while (true)
        {
            List<CapturedPacket> packets = [];
            await using CaptureReader reader = await CaptureReader.OpenAsync(new MemoryStream(file.ToArray()), "capture");

            while (await reader.ReadAsync() is { } packet)
            {
                packets.Add(packet);
            }

            if (packets.Count >= count)
            {
                return packets;
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            Assert.That(await call.ResponseStream.MoveNext(patience.Token), Is.True, $"behind {packets.Count} packets");
            call.ResponseStream.Current.Pcapng.WriteTo(file);
        }
    }
}

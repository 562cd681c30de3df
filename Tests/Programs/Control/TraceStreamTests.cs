using Grpc.Core;
using NUnit.Framework;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>Diagnostics.FollowTraces, at a node whose tenant 2 sends.</summary>
internal sealed class TraceStreamTests
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
    public async Task ExplainsPacketsAsTheyComeIn()
    {
        using AsyncServerStreamingCall<V1.TracedPacket> call = _served.Diagnostics.FollowTraces(new V1.FollowTracesRequest { Limit = 2, Match = new V1.FlowKey { Protocol = 17 } });
        await call.ResponseHeadersAsync;

        _tenant.Send("10.1.0.7");
        _tenant.Send("198.51.100.1");
        List<V1.TracedPacket> packets = await ReadAllAsync(call);

        Assert.That(packets, Has.Count.EqualTo(2));
        Assert.That(packets[0].Packet.ToByteArray(), Is.EqualTo(SendingTenant.PacketTo("10.1.0.7")));
        Assert.That(packets[0].Interface, Is.EqualTo(2));
        Assert.That(packets[0].Trace.Steps.Select(step => step.Object?.Route?.Prefix), Does.Contain("10.1.0.0/24"));
        Assert.That(packets[1].Trace.DropReason, Is.EqualTo("NoRoute"));
        Assert.That(packets[1].Time.ToDateTime(), Is.EqualTo(DateTime.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task ExplainsOnlyDrops()
    {
        using AsyncServerStreamingCall<V1.TracedPacket> call = _served.Diagnostics.FollowTraces(new V1.FollowTracesRequest { Limit = 1, DropsOnly = true, Interfaces = { 2 } });
        await call.ResponseHeadersAsync;

        _tenant.Send("10.1.0.7");
        _tenant.Send("198.51.100.1");

        Assert.That((await ReadAllAsync(call)).Single().Trace.DropReason, Is.EqualTo("NoRoute"));
    }

    [TestCase("x", 0u, "match.source: 'x' is not an IP address")]
    [TestCase("", 77u, "there is no interface 77")]
    public async Task RefusesWhatIsNotThere(string source, uint vif, string reason)
    {
        using AsyncServerStreamingCall<V1.TracedPacket> call = _served.Diagnostics.FollowTraces(
            new V1.FollowTracesRequest { Interfaces = { vif == 0 ? [] : [vif] }, Match = new V1.FlowKey { Source = source } });

        RpcException refused = (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext()))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(refused.Status.Detail, Does.Contain(reason));
    }

    private static async Task<List<V1.TracedPacket>> ReadAllAsync(AsyncServerStreamingCall<V1.TracedPacket> call)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        List<V1.TracedPacket> packets = [];

        while (await call.ResponseStream.MoveNext(patience.Token))
        {
            packets.Add(call.ResponseStream.Current);
        }

        return packets;
    }
}

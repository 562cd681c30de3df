using System.Diagnostics;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>PacketIo over a Unix socket: a controller that serves a tenant.</summary>
internal sealed class PacketIoTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>A DHCPDISCOVER's headers, from the pod of <see cref="SampleState.Node"/>.</summary>
    private static readonly byte[] s_dhcp = Convert.FromHexString("ffffffffffff02000000010108004500001c0001000040117ad100000000ffffffff004400430008ff57");

    private ServedDataPlane _served = null!;
    private MemoryPort _pod = null!;

    [SetUp]
    public async Task Serve()
    {
        _served = await ServedDataPlane.StartAsync(new ControlLimits { PacketsPerSecond = 500, PacketStreams = 2 });
        await _served.Control.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        _pod = new MemoryPort(_served.DataPlane.Frames);
        _served.DataPlane.Attach(new(2), _pod);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _served.DisposeAsync();
        _pod.Dispose();
    }

    [Test]
    public async Task BringsAQuestionAndTakesTheAnswer()
    {
        using AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn> call = await OpenAsync();
        Ask();

        V1.PacketIn question = await ReadAsync(call.ResponseStream);
        Assert.That((question.Interface, question.Reason, question.Lost), Is.EqualTo((2u, "Dhcp", 0ul)));
        Assert.That(question.Packet.ToByteArray(), Is.EqualTo(s_dhcp));
        Assert.That(question.Time.ToDateTime(), Is.EqualTo(DateTime.UtcNow).Within(TimeSpan.FromMinutes(5)));

        byte[] answer = [.. Enumerable.Range(0, 300).Select(n => (byte)n)];
        await call.RequestStream.WriteAsync(new V1.PacketOut { Interface = 2, Packet = ByteString.CopyFrom(answer) });
        await call.RequestStream.CompleteAsync();

        Assert.That(await call.ResponseStream.MoveNext(), Is.False, "it ends with the packets that are brought");
        Assert.That(_pod.TryCollect(out byte[] sent) ? sent : null, Is.EqualTo(answer));
    }

    [Test]
    public async Task IsServedByTheClientLibrary()
    {
        using VRouterClient client = new(_served.Address);
        using CancellationTokenSource limit = new(s_patience);
        Channel<V1.PacketOut> answers = Channel.CreateUnbounded<V1.PacketOut>();
        Task asking = AskUntilAsync(limit.Token);

        await foreach (V1.PacketIn question in client.ExchangePacketsAsync(answers.Reader.ReadAllAsync(limit.Token), limit.Token))
        {
            answers.Writer.TryWrite(new V1.PacketOut { Interface = question.Interface, Packet = question.Packet });
            answers.Writer.TryComplete();
        }

        await limit.CancelAsync();
        await asking;
        Assert.That(_pod.TryCollect(out byte[] sent) ? sent : null, Is.EqualTo(s_dhcp));
    }

    [Test]
    public async Task LeavesNoTraceOnceItHasEnded()
    {
        using (await OpenAsync())
        {
        }

        // The server hears of it a moment later.
        Assert.That(
            () =>
            {
                Ask();
                return _served.DataPlane.ReadCounters().Drops.GetValueOrDefault(DropReason.NotForUs);
            },
            Is.GreaterThan(0).After(20_000, 20));
    }

    [Test]
    public async Task SaysWhatASlowReaderHasMissed()
    {
        using AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn> call = await OpenAsync();
        const int Asked = 90;
        byte[] large = new byte[40_000];
        s_dhcp.CopyTo(large, 0);

        // Fewer than 100, which an interface may ask a second; more bytes than HTTP/2's windows and the ring hold together.
        for (int n = 0; n < Asked; n++)
        {
            Ask(large);
        }

        ulong missed = (ulong)_served.DataPlane.ReadCounters().Drops.GetValueOrDefault(DropReason.NoBuffer), told = 0;
        Assert.That(missed, Is.GreaterThan(0));

        for (ulong n = missed; n < Asked; n++)
        {
            told += (await ReadAsync(call.ResponseStream)).Lost;
        }

        Ask();
        Assert.That(told + (await ReadAsync(call.ResponseStream)).Lost, Is.EqualTo(missed));
    }

    [Test]
    public async Task IsHeldToItsRate()
    {
        using AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn> call = _served.Control.PacketIo();
        long started = Stopwatch.GetTimestamp();

        for (int n = 0; n < 1000; n++)
        {
            await call.RequestStream.WriteAsync(new V1.PacketOut { Interface = 2, Packet = ByteString.CopyFromUtf8("no packet"), Inject = true });
        }

        await call.RequestStream.CompleteAsync();
        Assert.That(await call.ResponseStream.MoveNext(), Is.False);

        Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.GreaterThan(1.4), "256 at once, then 500 a second");
        Assert.That(_served.DataPlane.ReadCounters().Drops[DropReason.Malformed], Is.EqualTo(1000));
        Assert.That(() => _served.Log, Has.Some.Matches(@"uid \d+, pid \d+: PacketIo brought 1000 packets").After(20_000, 20));
    }

    [Test]
    public async Task IsBoundedInNumber()
    {
        using AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn> one = await OpenAsync(), two = await OpenAsync();
        using AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn> three = _served.Control.PacketIo();

        RpcException refused = (await Assert.ThrowsAsync<RpcException>(() => three.ResponseStream.MoveNext()))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
    }

    [TestCase(99u, 60, "there is no interface 99")]
    [TestCase(2u, 0, "a packet of 0 bytes")]
    [TestCase(2u, 70_000, "a packet of 70000 bytes")]
    public async Task EndsWithAPacketThatIsNone(uint vif, int length, string why)
    {
        using AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn> call = await OpenAsync();
        await call.RequestStream.WriteAsync(new V1.PacketOut { Interface = vif, Packet = ByteString.CopyFrom(new byte[length]) });

        RpcException refused = (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext()))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        Assert.That(refused.Status.Detail, Does.StartWith(why));
    }

    /// <summary>Opens a stream, and waits until packets are set aside for it.</summary>
    private async Task<AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn>> OpenAsync()
    {
        AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn> call = _served.Control.PacketIo();
        await call.ResponseHeadersAsync.WaitAsync(s_patience);
        return call;
    }

    private void Ask(byte[]? packet = null)
    {
        Assert.That(_pod.TryDeliver(packet ?? s_dhcp), Is.True);
        _served.DataPlane.Step();
    }

    private async Task AskUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Ask();
            await Task.Delay(20, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<V1.PacketIn> ReadAsync(IAsyncStreamReader<V1.PacketIn> packets)
    {
        using CancellationTokenSource limit = new(s_patience);
        return await packets.MoveNext(limit.Token) ? packets.Current : throw new InvalidOperationException("the stream has ended");
    }
}

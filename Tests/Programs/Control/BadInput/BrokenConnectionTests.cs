using System.Text;
using Grpc.Core;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control.BadInput;

/// <summary>A connection that breaks HTTP/2's rules.</summary>
internal sealed class BrokenConnectionTests
{
    private const string Apply = "/vrouter.v1.Control/Apply";

    // From RFC 9113, by section.
    private static readonly Breach[] s_breaches =
    [
        new("DATA of no stream (6.1)", RawConnection.Frame(RawConnection.Data, 0, 0, [1])),
        new("DATA of a stream that is not open (5.1)", RawConnection.Frame(RawConnection.Data, 0, 7, [1])),
        new("DATA with more padding than bytes (6.1)", Call(1), RawConnection.Frame(RawConnection.Data, 8, 1, [200, 0])),
        new("HEADERS of no stream (6.2)", RawConnection.Frame(RawConnection.Headers, RawConnection.EndHeaders, 0, Block())),
        new("HEADERS of a stream of the server's (5.1.1)", RawConnection.Frame(RawConnection.Headers, RawConnection.EndHeaders, 2, Block())),
        new("HEADERS that go back (5.1.1)", Call(5), Call(3)),
        new("HEADERS that are not HPACK (4.3)", RawConnection.Frame(RawConnection.Headers, RawConnection.EndHeaders, 1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])),
        new("HEADERS that index nothing (RFC 7541, 2.3.3)", RawConnection.Frame(RawConnection.Headers, RawConnection.EndHeaders, 1, [0xFF, 0x80, 0x7F])),
        new("HEADERS that are cut by others' frames (6.10)", RawConnection.Frame(RawConnection.Headers, 0, 1, Block()), RawConnection.Frame(RawConnection.Ping, 0, 0, new byte[8])),
        new("CONTINUATION of nothing (6.10)", RawConnection.Frame(9, RawConnection.EndHeaders, 1, Block())),
        new("PRIORITY of another length (6.3)", RawConnection.Frame(2, 0, 1, [0, 0, 0])),
        new("RST_STREAM of no stream (6.4)", RawConnection.Frame(RawConnection.ResetStream, 0, 0, [0, 0, 0, 8])),
        new("RST_STREAM of another length (6.4)", Call(1), RawConnection.Frame(RawConnection.ResetStream, 0, 1, [0, 8])),
        new("SETTINGS of a stream (6.5)", RawConnection.Frame(RawConnection.Settings, 0, 1, [])),
        new("SETTINGS that are cut off (6.5)", RawConnection.Frame(RawConnection.Settings, 0, 0, [0, 4, 0])),
        new("SETTINGS with a window too large (6.5.2)", RawConnection.Frame(RawConnection.Settings, 0, 0, [0, 4, 0xFF, 0xFF, 0xFF, 0xFF])),
        new("SETTINGS with frames too small (6.5.2)", RawConnection.Frame(RawConnection.Settings, 0, 0, [0, 5, 0, 0, 0, 1])),
        new("PUSH_PROMISE from a client (8.4)", Call(1), RawConnection.Frame(5, RawConnection.EndHeaders, 1, [0, 0, 0, 2])),
        new("PING of another length (6.7)", RawConnection.Frame(RawConnection.Ping, 0, 0, [1, 2, 3])),
        new("PING of a stream (6.7)", RawConnection.Frame(RawConnection.Ping, 0, 1, new byte[8])),
        new("WINDOW_UPDATE by nothing (6.9)", RawConnection.Frame(RawConnection.WindowUpdate, 0, 0, [0, 0, 0, 0])),
        new("WINDOW_UPDATE beyond the largest window (6.9.1)", RawConnection.Frame(RawConnection.WindowUpdate, 0, 0, [0x7F, 0xFF, 0xFF, 0xFF])),
        new("a frame larger than was agreed (4.2)", Call(1), [0x7F, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1]),
    ];

    private ServedDataPlane _served = null!;

    [OneTimeSetUp]
    public async Task Serve() => _served = await ServedDataPlane.StartAsync(new ControlLimits { ApplyStreams = 2 });

    [OneTimeTearDown]
    public async Task TearDown() => await _served.DisposeAsync();

    [TearDown]
    public async Task AsksAnother() => await _served.Control.ApplyAsync(new V1.ApplyRequest());

    [TestCaseSource(nameof(s_breaches))]
    public async Task IsClosed(Breach breach)
    {
        using RawConnection connection = await RawConnection.GreetAsync(_served.Socket);
        await TrySendAsync(connection, breach.Frames);

        Assert.That(await connection.IsClosedAsync(), Is.True);
    }

    [TestCase("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [TestCase("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nno frame at all, and more of it than a header has")]
    [TestCase("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n more than the greeting's length")]
    public async Task IsClosedWhenItSpeaksAnotherLanguage(string words)
    {
        using RawConnection connection = RawConnection.Open(_served.Socket);
        await TrySendAsync(connection, [Encoding.ASCII.GetBytes(words)]);

        Assert.That(await connection.IsClosedAsync(), Is.True);
    }

    [Test]
    public async Task IsClosedWhateverItsBytesAre()
    {
        Random random = new(5);

        for (int n = 0; n < 100; n++)
        {
            byte[] noise = new byte[random.Next(24, 2000)];
            random.NextBytes(noise);
            using RawConnection connection = n % 2 == 0 ? RawConnection.Open(_served.Socket) : await RawConnection.GreetAsync(_served.Socket);

            // Not a small frame's length, nor a line that might go on: the server would wait for the rest.
            noise[0] = 0xFF;
            await TrySendAsync(connection, [noise, "\r\n"u8.ToArray()]);

            Assert.That(await connection.IsClosedAsync(), Is.True, $"noise {n}");
        }
    }

    [Test]
    public async Task HoldsNothingWhenItResetsCallsAsFastAsItMakesThem()
    {
        const int Calls = 20_000, Cancel = 8;
        using RawConnection connection = await RawConnection.GreetAsync(_served.Socket);
        await TrySendAsync(connection, [.. Enumerable.Range(0, Calls).SelectMany(n => (byte[][])
        [
            RawConnection.Frame(RawConnection.Headers, RawConnection.EndHeaders, 2 * n + 1, Block("/vrouter.v1.Control/ApplyStream")),
            RawConnection.Frame(RawConnection.ResetStream, 0, 2 * n + 1, [0, 0, 0, Cancel]),
        ])]);

        // As many streams as there may be, all free again.
        await ServedDataPlane.UntilAsync(async () =>
        {
            using AsyncDuplexStreamingCall<V1.ApplyRequest, V1.ApplyResponse> one = _served.Control.ApplyStream(), two = _served.Control.ApplyStream();
            await Task.WhenAll(one.RequestStream.CompleteAsync(), two.RequestStream.CompleteAsync());
            return !await one.ResponseStream.MoveNext() && !await two.ResponseStream.MoveNext();
        });
    }

    [Test]
    public async Task IsClosedWhenItsHeadersDoNotEnd()
    {
        using RawConnection connection = await RawConnection.GreetAsync(_served.Socket);
        byte[] more = RawConnection.HeaderBlock([.. Enumerable.Range(0, 100).Select(n => ($"x-{n}", new string('y', 100)))]);
        await TrySendAsync(connection, [RawConnection.Frame(RawConnection.Headers, 0, 1, Block()), .. Enumerable.Repeat(RawConnection.Frame(9, 0, 1, more), 1000)]);

        Assert.That(await connection.IsClosedAsync(), Is.True);
    }

    // The server may close before all is said.
    private static async Task TrySendAsync(RawConnection connection, byte[][] frames)
    {
        try
        {
            foreach (byte[] frame in frames)
            {
                await connection.SendAsync(frame);
            }
        }
        catch (IOException)
        {
        }
    }

    private static byte[] Call(int stream) => RawConnection.Frame(RawConnection.Headers, RawConnection.EndHeaders, stream, Block());

    private static byte[] Block(string method = Apply) => RawConnection.HeaderBlock(
        (":method", "POST"), (":scheme", "http"), (":path", method), (":authority", "localhost"), ("te", "trailers"), ("content-type", "application/grpc"));

    /// <summary>What a client must not send, with the section that says so.</summary>
    internal sealed record Breach(string Name, params byte[][] Frames)
    {
        public override string ToString() => Name;
    }
}

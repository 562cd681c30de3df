using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;

namespace VRouter.Tests.Programs.Control.Interop;

/// <summary>
/// Our client before a server that is not ours (Python/server.py), over each kind of transport, and before our own: gRPC's interoperability
/// list.
/// </summary>
[TestFixture("unix")]
[TestFixture("tls")]
[TestFixture("tcp")]
[TestFixture("ours")]
internal sealed class InteropClientTests(string server)
{
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    private const int RequestSize = 271_828, ResponseSize = 314_159;

    private static readonly Metadata s_compressed = new() { { "grpc-internal-encoding-request", "gzip" } };
    private static readonly BoolValue s_yes = new() { Value = true }, s_no = new() { Value = false };
    private static readonly byte[] s_trailing = [0xAB, 0xAB, 0xAB];

    private readonly Stack<IAsyncDisposable> _opened = new();
    private TestService.TestServiceClient _test = null!;
    private UnimplementedService.UnimplementedServiceClient _missing = null!;

    [OneTimeSetUp]
    public async Task Connect()
    {
        GrpcChannel channel = server == "ours" ? await ServeAsync() : await StartForeignAsync();
        _opened.Push(new Closing(channel.Dispose));
        _test = new TestService.TestServiceClient(channel);
        _missing = new UnimplementedService.UnimplementedServiceClient(channel);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        while (_opened.TryPop(out IAsyncDisposable? opened))
        {
            await opened.DisposeAsync();
        }
    }

    [Test]
    public async Task PassesEmptyUnary() => Assert.That(await _test.EmptyCallAsync(new Empty()), Is.EqualTo(new Empty()));

    [Test]
    public async Task PassesLargeUnary() => Assert.That((await _test.UnaryCallAsync(Large())).Payload.Body, Has.Length.EqualTo(ResponseSize));

    [Test]
    public async Task PassesClientCompressedUnary()
    {
        SimpleRequest request = Large();
        request.ExpectCompressed = s_yes;
        await ProbeAsync(async () => await _test.UnaryCallAsync(request));

        Assert.That((await _test.UnaryCallAsync(request, s_compressed)).Payload.Body, Has.Length.EqualTo(ResponseSize));
    }

    [Test]
    public async Task PassesServerCompressedUnary([Values] bool isCompressed)
    {
        SimpleRequest request = Large();
        request.ResponseCompressed = isCompressed ? s_yes : s_no;

        Assert.That((await _test.UnaryCallAsync(request)).Payload.Body, Is.EqualTo(Zeros(ResponseSize)));
    }

    [Test]
    public async Task PassesClientStreaming()
    {
        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call = _test.StreamingInputCall();

        foreach (int size in (int[])[27_182, 8, 1828, 45_904])
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = PayloadOf(size) });
        }

        await call.RequestStream.CompleteAsync();
        Assert.That((await call).AggregatedPayloadSize, Is.EqualTo(74_922));
    }

    [Test]
    public async Task PassesClientCompressedStreaming()
    {
        await ProbeAsync(async () =>
        {
            using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> probe = _test.StreamingInputCall();
            await probe.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = PayloadOf(27_182), ExpectCompressed = s_yes });
            await probe.RequestStream.CompleteAsync();
            await probe;
        });

        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call = _test.StreamingInputCall(s_compressed);
        await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = PayloadOf(27_182), ExpectCompressed = s_yes });
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = PayloadOf(45_904), ExpectCompressed = s_no });
        await call.RequestStream.CompleteAsync();

        Assert.That((await call).AggregatedPayloadSize, Is.EqualTo(73_086));
    }

    [Test]
    public async Task PassesServerStreaming() => Assert.That(
        await SizesAsync(_test.StreamingOutputCall(Asking(31_415, 9, 2653, 58_979)).ResponseStream), Is.EqualTo((int[])[31_415, 9, 2653, 58_979]));

    [Test]
    public async Task PassesServerCompressedStreaming()
    {
        StreamingOutputCallRequest request = Asking(31_415, 92_653);
        (request.ResponseParameters[0].Compressed, request.ResponseParameters[1].Compressed) = (s_yes, s_no);

        Assert.That(await SizesAsync(_test.StreamingOutputCall(request).ResponseStream), Is.EqualTo((int[])[31_415, 92_653]));
    }

    [Test]
    public async Task PassesPingPong()
    {
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _test.FullDuplexCall();

        foreach ((int response, int request) in ((int, int)[])[(31_415, 27_182), (9, 8), (2653, 1828), (58_979, 45_904)])
        {
            StreamingOutputCallRequest ping = Asking(response);
            ping.Payload = PayloadOf(request);
            await call.RequestStream.WriteAsync(ping);
            Assert.That(await call.ResponseStream.MoveNext(), Is.True);
            Assert.That(call.ResponseStream.Current.Payload.Body, Has.Length.EqualTo(response));
        }

        await call.RequestStream.CompleteAsync();
        Assert.That(await call.ResponseStream.MoveNext(), Is.False);
    }

    [Test]
    public async Task PassesEmptyStream()
    {
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _test.FullDuplexCall();
        await call.RequestStream.CompleteAsync();

        Assert.That(await call.ResponseStream.MoveNext(), Is.False);
    }

    [Test]
    public async Task PassesCustomMetadata()
    {
        Metadata metadata = new() { { "x-grpc-test-echo-initial", "test_initial_metadata_value" }, { "x-grpc-test-echo-trailing-bin", s_trailing } };

        using AsyncUnaryCall<SimpleResponse> unary = _test.UnaryCallAsync(Large(), metadata);
        await unary;
        AssertEchoed(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> duplex = _test.FullDuplexCall(metadata);
        await duplex.RequestStream.WriteAsync(Asking(ResponseSize));
        await duplex.RequestStream.CompleteAsync();
        Assert.That(await SizesAsync(duplex.ResponseStream), Is.EqualTo((int[])[ResponseSize]));
        AssertEchoed(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    // "status_code_and_message" and "special_status_message".
    [TestCase("test status message")]
    [TestCase(Special)]
    public async Task PassesStatusCodeAndMessage(string message)
    {
        EchoStatus status = new() { Code = (int)StatusCode.Unknown, Message = message };
        await AssertFailsAsync(async () => await _test.UnaryCallAsync(new SimpleRequest { ResponseStatus = status }), StatusCode.Unknown, message);

        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _test.FullDuplexCall();
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        await call.RequestStream.CompleteAsync();
        await AssertFailsAsync(() => call.ResponseStream.MoveNext(), StatusCode.Unknown, message);
    }

    [Test]
    public Task PassesUnimplementedMethod() => AssertFailsAsync(async () => await _test.UnimplementedCallAsync(new Empty()), StatusCode.Unimplemented);

    [Test]
    public Task PassesUnimplementedService() => AssertFailsAsync(async () => await _missing.UnimplementedCallAsync(new Empty()), StatusCode.Unimplemented);

    [Test]
    public async Task PassesCancelAfterBegin()
    {
        using CancellationTokenSource stop = new();
        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call = _test.StreamingInputCall(cancellationToken: stop.Token);
        await stop.CancelAsync();

        await AssertFailsAsync(async () => await call, StatusCode.Cancelled);
    }

    [Test]
    public async Task PassesCancelAfterFirstResponse()
    {
        using CancellationTokenSource stop = new();
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _test.FullDuplexCall(cancellationToken: stop.Token);
        await call.RequestStream.WriteAsync(Asking(31_415));
        Assert.That(await call.ResponseStream.MoveNext(), Is.True);
        await stop.CancelAsync();

        await AssertFailsAsync(() => call.ResponseStream.MoveNext(), StatusCode.Cancelled);
    }

    [Test]
    public async Task PassesTimeoutOnSleepingServer()
    {
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _test.FullDuplexCall(deadline: DateTime.UtcNow.AddMilliseconds(1));

        await AssertFailsAsync(() => call.ResponseStream.MoveNext(), StatusCode.DeadlineExceeded);
    }

    [Test]
    public async Task PassesConcurrentLargeUnary()
    {
        SimpleResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _test.UnaryCallAsync(Large()).ResponseAsync));
        Assert.That(responses.Select(response => response.Payload.Body.Length), Is.All.EqualTo(ResponseSize));
    }

    [Test]
    public async Task TakesNoMessageThatIsTooLarge()
    {
        await AssertFailsAsync(async () => await _test.UnaryCallAsync(new SimpleRequest { ResponseSize = 40 << 20 }), StatusCode.ResourceExhausted);
        await _test.EmptyCallAsync(new Empty());
    }

    [Test]
    public async Task TakesNoMessageThatUnpacksToTooMuch()
    {
        SimpleRequest request = new() { ResponseSize = 40 << 20, ResponseCompressed = s_yes };

        await AssertFailsAsync(async () => await _test.UnaryCallAsync(request), StatusCode.ResourceExhausted);
        await _test.EmptyCallAsync(new Empty());
    }

    private async Task<GrpcChannel> ServeAsync()
    {
        TestAuthority authority = new();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vrouter-interop-");
        DataPlane dataPlane = new(new DataPlaneOptions { OpenPorts = false });
        Array.ForEach((Action[])[authority.Dispose, dataPlane.Dispose, () => folder.Delete(recursive: true)], close => _opened.Push(new Closing(close)));
        ControlServer ours = await ForeignClient.ServeAsync(dataPlane, authority, $"unix://{folder.FullName}/vrouter.sock");
        _opened.Push(ours);
        return ControlChannel.Open(ours.Addresses[0]);
    }

    private async Task<GrpcChannel> StartForeignAsync()
    {
        ForeignServer foreign = await ForeignServer.StartAsync(server);
        _opened.Push(new Closing(foreign.Dispose));
        return ControlChannel.Open(foreign.Address, foreign.Options);
    }

    // Only a server of ours looks at how it was asked; gRPC for Python does not show it.
    private Task ProbeAsync(Func<Task> call) => server == "ours" ? AssertFailsAsync(call, StatusCode.InvalidArgument) : call();

    private static async Task AssertFailsAsync(Func<Task> call, StatusCode code, string? message = null)
    {
        RpcException failed = (await Assert.ThrowsAsync<RpcException>(call))!;
        Assert.That(failed.StatusCode, Is.EqualTo(code), failed.ToString());
        Assert.That(failed.Status.Detail, Is.EqualTo(message ?? failed.Status.Detail));
    }

    private static void AssertEchoed(Metadata headers, Metadata trailers)
    {
        Assert.That(headers.GetValue("x-grpc-test-echo-initial"), Is.EqualTo("test_initial_metadata_value"));
        Assert.That(trailers.GetValueBytes("x-grpc-test-echo-trailing-bin"), Is.EqualTo(s_trailing));
    }

    private static async Task<List<int>> SizesAsync(IAsyncStreamReader<StreamingOutputCallResponse> responses)
    {
        List<int> sizes = [];

        await foreach (StreamingOutputCallResponse response in responses.ReadAllAsync())
        {
            sizes.Add(response.Payload.Body.Length);
        }

        return sizes;
    }

    private static SimpleRequest Large() => new() { ResponseSize = ResponseSize, Payload = PayloadOf(RequestSize) };

    private static StreamingOutputCallRequest Asking(params int[] sizes) =>
        new() { ResponseParameters = { sizes.Select(size => new ResponseParameters { Size = size }) } };

    private static Payload PayloadOf(int size) => new() { Body = Zeros(size) };

    private static ByteString Zeros(int size) => ByteString.CopyFrom(new byte[size]);

    private sealed class Closing(Action close) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            close();
            return ValueTask.CompletedTask;
        }
    }
}

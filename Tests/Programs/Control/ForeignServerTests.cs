using Grpc.Core;
using NUnit.Framework;
using VRouter.ControlSdk;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>Our client before a server that is not ours (Python/server.py), over each kind of transport.</summary>
[TestFixture("unix")]
[TestFixture("tls")]
[TestFixture("tcp")]
internal sealed class ForeignServerTests(string transport)
{
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

    private ForeignServer _server = null!;
    private VRouterClient _client = null!;

    [OneTimeSetUp]
    public async Task StartTheServer()
    {
        _server = await ForeignServer.StartAsync(transport);
        _client = new VRouterClient(_server.Address, _server.Options);
    }

    [OneTimeTearDown]
    public void StopTheServer()
    {
        _client?.Dispose();
        _server?.Dispose();
    }

    [Test]
    public async Task MakesAnEmptyCall() => Assert.That((await _client.ApplyAsync(new V1.ApplyRequest())).InstanceId, Is.EqualTo("python"));

    [Test]
    public async Task MakesALargeCall() => Assert.That((await _client.ApplyAsync(SampleState.Routes(0, 50_000))).Generation, Is.EqualTo(50_000));

    [Test]
    public async Task MakesManyLargeCallsAtOnce()
    {
        V1.ApplyResponse[] responses = await Task.WhenAll(Enumerable.Range(1, 32).Select(n => _client.ApplyAsync(SampleState.Routes(0, n * 500))));
        Assert.That(responses.Select(response => response.Generation), Is.EqualTo(Enumerable.Range(1, 32).Select(n => (ulong)n * 500)));
    }

    [Test]
    public async Task StreamsToTheServer() => Assert.That((await _client.SyncAsync(SampleState.Routes(0, 30_000).Upsert)).Added, Is.EqualTo(30_000));

    [Test]
    public async Task StreamsFromTheServer()
    {
        List<V1.Config> pieces = await AllAsync(_client.ExportPiecesAsync());

        Assert.That(pieces, Has.Count.EqualTo(40));
        Assert.That(pieces.SelectMany(piece => piece.Routes).Count(), Is.EqualTo(40_000));
    }

    [Test]
    public async Task StreamsBothWays()
    {
        List<V1.ApplyResponse> responses = await AllAsync(_client.ApplyAsync(RequestsAsync(200)));
        Assert.That(responses.Select(response => response.Generation), Is.EqualTo(Enumerable.Range(0, 200).Select(n => (ulong)n)));
    }

    [Test]
    public async Task StreamsNothing() => Assert.That(await AllAsync(_client.ApplyAsync(RequestsAsync(0))), Is.Empty);

    [Test]
    public async Task ReadsTheDetailsOfARefusal()
    {
        RefusedException refused = (await Assert.ThrowsAsync<RefusedException>(() => _client.ApplyAsync(Ask("refuse"))))!;

        Assert.That(refused.Problems.Single().Object.Route.Prefix, Is.EqualTo("10.0.0.0/8"));
        Assert.That(refused.IsOfState, Is.True);
    }

    [Test]
    public async Task ReadsASpecialMessage()
    {
        RpcException failed = (await Assert.ThrowsAsync<RpcException>(() => _client.ApplyAsync(Ask("special"))))!;
        Assert.That((failed.StatusCode, failed.Status.Detail), Is.EqualTo((StatusCode.Unknown, Special)));
    }

    [Test]
    public async Task ReadsWhatIsCompressed() => Assert.That((await _client.ApplyAsync(Ask("compress"))).InstanceId, Has.Length.EqualTo(100_000));

    [Test]
    public async Task SendsAndReadsMetadata()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(n => (byte)n)];
        using AsyncUnaryCall<V1.ApplyResponse> call = _client.Control.ApplyAsync(Ask("metadata"), new Metadata { { "x-test-initial", "text" }, { "x-test-trailing-bin", bytes } });
        await call;

        Assert.That((await call.ResponseHeadersAsync).GetValue("x-test-initial"), Is.EqualTo("text"));
        Assert.That(call.GetTrailers().GetValueBytes("x-test-trailing-bin"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task TriesAgainWhatIsSafeToTryAgain() => Assert.That((await _client.ApplyAsync(Ask("unavailable"))).InstanceId, Is.EqualTo("python"));

    [Test]
    public async Task GivesUpAtTheDeadline()
    {
        RpcException over = (await Assert.ThrowsAsync<RpcException>(
            async () => await _client.Control.ApplyAsync(Ask("sleep"), deadline: DateTime.UtcNow.AddSeconds(0.3))))!;
        Assert.That(over.StatusCode, Is.EqualTo(StatusCode.DeadlineExceeded));
    }

    [Test]
    public async Task GivesUpAServerThatStandsStill()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        using VRouterClient impatient = new(_server.Address, _server.Options with { PingAfter = second, PongWithin = second, Attempts = 1 });
        await impatient.ApplyAsync(new V1.ApplyRequest());

        Task<V1.ApplyResponse> call = impatient.ApplyAsync(Ask("sleep"));
        _server.Freeze(true);

        try
        {
            RpcException gone = (await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(TimeSpan.FromSeconds(30))))!;
            Assert.That(gone.StatusCode, Is.EqualTo(StatusCode.Unavailable).Or.EqualTo(StatusCode.Internal), gone.ToString());
        }
        finally
        {
            _server.Freeze(false);
        }
    }

    [Test]
    public async Task GivesUpWhenItIsCancelled()
    {
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(0.3));
        await Assert.ThatAsync(() => _client.ApplyAsync(Ask("sleep"), stop.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task GivesUpAfterTheFirstOfManyAnswers()
    {
        await foreach (V1.Config _ in _client.ExportPiecesAsync())
        {
            break;
        }

        await _client.ApplyAsync(new V1.ApplyRequest());
    }

    [Test]
    public async Task TakesUpAWatchWhereItBroke()
    {
        List<string> tokens = [];

        await foreach (V1.Event item in _client.WatchAsync(new V1.WatchRequest()))
        {
            tokens.Add(item.ResumeToken.ToStringUtf8());

            if (tokens.Count == 3)
            {
                break;
            }
        }

        Assert.That(tokens, Is.EqualTo(["1", "2", "3"]));
    }

    [Test]
    public async Task IsToldOfAMethodThatIsMissing()
    {
        using AsyncDuplexStreamingCall<V1.PacketOut, V1.PacketIn> call = _client.Control.PacketIo();
        RpcException missing = (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext()))!;
        Assert.That(missing.StatusCode, Is.EqualTo(StatusCode.Unimplemented));
    }

    [Test]
    public async Task IsToldOfAServiceThatIsMissing()
    {
        RpcException missing = (await Assert.ThrowsAsync<RpcException>(() => _client.GetCountersAsync()))!;
        Assert.That(missing.StatusCode, Is.EqualTo(StatusCode.Unimplemented));
    }

    private static V1.ApplyRequest Ask(string verb) => new() { Upsert = new V1.Config { Vrfs = { new V1.Vrf { Id = 1, Name = verb } } } };

    private static async IAsyncEnumerable<V1.ApplyRequest> RequestsAsync(int count)
    {
        for (int n = 0; n < count; n++)
        {
            await Task.Yield();
            yield return SampleState.Routes(0, n);
        }
    }

    private static async Task<List<T>> AllAsync<T>(IAsyncEnumerable<T> items)
    {
        List<T> all = [];

        await foreach (T item in items)
        {
            all.Add(item);
        }

        return all;
    }
}

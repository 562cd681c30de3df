using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;

namespace VRouter.ControlSdk;

/// <summary>A vRouter to program and to look into. All its methods may be called by many threads at a time.</summary>
public sealed class VRouterClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly bool _ownsChannel;
    private readonly int _attempts = new ControlChannelOptions().Attempts;

    /// <summary>Takes a vRouter by its address; it is connected to when it is first asked.</summary>
    /// <param name="address"><c>unix:///PATH</c>, or <c>https://HOST:PORT</c> with <see cref="ControlChannelOptions.Tls"/>.</param>
    /// <param name="options">Certificates, bounds.</param>
    public VRouterClient(string address = ControlChannel.DefaultAddress, ControlChannelOptions? options = null)
        : this(ControlChannel.Open(address, options))
    {
        _ownsChannel = true;
        _attempts = (options ?? new ControlChannelOptions()).Attempts;
    }

    /// <summary>Takes a channel, which stays its owner's.</summary>
    public VRouterClient(GrpcChannel channel)
    {
        _channel = channel;
        Control = new V1.Control.ControlClient(channel);
        Diagnostics = new V1.Diagnostics.DiagnosticsClient(channel);
    }

    /// <summary>The generated client, for what is not below.</summary>
    public V1.Control.ControlClient Control { get; }

    /// <summary>The generated client, for what is not below.</summary>
    public V1.Diagnostics.DiagnosticsClient Diagnostics { get; }

    /// <summary>All of the request or none of it. Tried again while the vRouter is not to be reached: applied twice it is applied once.</summary>
    /// <exception cref="RefusedException">It was refused: every problem is named, nothing has changed.</exception>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<V1.ApplyResponse> ApplyAsync(V1.ApplyRequest request, CancellationToken stop = default)
    {
        try
        {
            return await Control.ApplyAsync(request, cancellationToken: stop).ResponseAsync.OrCancelled(stop);
        }
        catch (RpcException e) when (Refusals.TryRead(e, out IReadOnlyList<V1.Problem>? problems, out int count))
        {
            throw new RefusedException(problems.Count < count ? await AskAgainAsync(request, stop) : problems, e);
        }
    }

    /// <summary>Sends requests without waiting for their answers, which come in the same order. A refused one is an answer with its problems.</summary>
    public IAsyncEnumerable<V1.ApplyResponse> ApplyAsync(IAsyncEnumerable<V1.ApplyRequest> requests, CancellationToken stop = default) =>
        ExchangeAsync(end => Control.ApplyStream(cancellationToken: end), requests, stop);

    /// <summary>Brings packets to the vRouter, and those that it sets aside for a controller back. Ends with the packets that are brought.</summary>
    public IAsyncEnumerable<V1.PacketIn> ExchangePacketsAsync(IAsyncEnumerable<V1.PacketOut> packets, CancellationToken stop = default) =>
        ExchangeAsync(end => Control.PacketIo(cancellationToken: end), packets, stop);

    /// <summary>
    /// Makes a configuration the whole state. What is equal is not touched, and its flows live on. Tried again while the vRouter is not to be
    /// reached: done twice it is done once.
    /// </summary>
    /// <exception cref="RefusedException">It was refused: nothing has changed.</exception>
    /// <exception cref="RpcException">The call failed: all of it was done, or nothing.</exception>
    public async Task<V1.SyncResponse> SyncAsync(V1.Config wanted, CancellationToken stop = default)
    {
        try
        {
            return await SyncAsync(wanted, validateOnly: false, stop);
        }
        catch (RpcException e) when (Refusals.TryRead(e, out IReadOnlyList<V1.Problem>? problems, out int count))
        {
            throw new RefusedException(problems.Count < count ? (await SyncAsync(wanted, validateOnly: true, stop)).Problems : problems, e);
        }
    }

    /// <summary>What <see cref="SyncAsync(V1.Config, CancellationToken)"/> would do: how many objects and which; nothing changes.</summary>
    /// <exception cref="RefusedException">It would be refused.</exception>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<V1.SyncResponse> PreviewSyncAsync(V1.Config wanted, CancellationToken stop = default)
    {
        V1.SyncResponse response = await SyncAsync(wanted, validateOnly: true, stop);
        return response.Problems.Count == 0 ? response : throw new RefusedException(response.Problems);
    }

    /// <summary>The state as it stands, in pieces.</summary>
    /// <param name="derived">Also what the vRouter itself made.</param>
    /// <param name="stop">Ends the call.</param>
    public IAsyncEnumerable<V1.Config> ExportPiecesAsync(bool derived = false, CancellationToken stop = default) =>
        ReadAsync(() => Control.Export(new V1.ExportRequest { Derived = derived }, cancellationToken: stop), stop);

    /// <summary>The state as it stands.</summary>
    /// <param name="derived">Also what the vRouter itself made.</param>
    /// <param name="stop">Ends the call.</param>
    public async Task<V1.Config> ExportAsync(bool derived = false, CancellationToken stop = default)
    {
        var whole = new V1.Config();

        await foreach (V1.Config piece in ExportPiecesAsync(derived, stop))
        {
            whole.MergeFrom(piece);
        }

        return whole;
    }

    /// <summary>
    /// What stands, then what happens, for as long as it is read. A watch that breaks is taken up again where it broke; where that cannot be,
    /// a <see cref="V1.Event.Lost"/> says so and what stands comes again.
    /// </summary>
    public IAsyncEnumerable<V1.Event> WatchAsync(V1.WatchRequest request, CancellationToken stop = default) => new ResumingWatch(Control, request).ReadAsync(stop);

    /// <summary>What would happen to a packet; nothing does.</summary>
    public async Task<V1.TraceResponse> TraceAsync(V1.TraceRequest request, CancellationToken stop = default) =>
        await Diagnostics.TraceAsync(request, cancellationToken: stop).ResponseAsync.OrCancelled(stop);

    /// <summary>Flows that agree with what is set in the request, a record a direction.</summary>
    public IAsyncEnumerable<V1.FlowRecord> ListFlowsAsync(V1.ListFlowsRequest request, CancellationToken stop = default) =>
        ReadAsync(() => Diagnostics.ListFlows(request, cancellationToken: stop), stop);

    /// <summary>The counters of all interfaces, or of these.</summary>
    public async Task<V1.Counters> GetCountersAsync(IEnumerable<uint>? interfaces = null, CancellationToken stop = default) =>
        await Diagnostics.GetCountersAsync(new V1.CountersRequest { Interfaces = { interfaces ?? [] } }, cancellationToken: stop).ResponseAsync.OrCancelled(stop);

    /// <summary>The latest dropped packets with the reason and the object that decided.</summary>
    public IAsyncEnumerable<V1.Drop> ListDropsAsync(V1.ListDropsRequest request, CancellationToken stop = default) =>
        ReadAsync(() => Diagnostics.ListDrops(request, cancellationToken: stop), stop);

    /// <summary>The drops to come, as they happen; <see cref="V1.ListDropsRequest.Limit"/> of them if it is set.</summary>
    public IAsyncEnumerable<V1.Drop> FollowDropsAsync(V1.ListDropsRequest request, CancellationToken stop = default)
    {
        V1.ListDropsRequest following = request.Clone();
        following.Follow = true;
        return ListDropsAsync(following, stop);
    }

    /// <summary>Packets as they pass: a pcapng file in pieces, for as long as it is read.</summary>
    public IAsyncEnumerable<V1.CaptureChunk> CaptureAsync(V1.CaptureRequest request, CancellationToken stop = default) =>
        ReadAsync(() => Diagnostics.Capture(request, cancellationToken: stop), stop);

    /// <summary>Packets as they come in, each explained step by step, for as long as it is read.</summary>
    public IAsyncEnumerable<V1.TracedPacket> FollowTracesAsync(V1.FollowTracesRequest request, CancellationToken stop = default) =>
        ReadAsync(() => Diagnostics.FollowTraces(request, cancellationToken: stop), stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsChannel)
        {
            _channel.Dispose();
        }
    }

    private static async IAsyncEnumerable<T> ReadAsync<T>(Func<AsyncServerStreamingCall<T>> open, [EnumeratorCancellation] CancellationToken stop)
    {
        using AsyncServerStreamingCall<T> call = open();

        while (await call.ResponseStream.MoveNext(stop).OrCancelled(stop))
        {
            yield return call.ResponseStream.Current;
        }
    }

    private async Task<V1.SyncResponse> SyncAsync(V1.Config wanted, bool validateOnly, CancellationToken stop)
    {
        var backoff = new Backoff();

        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await SendAsync(wanted, validateOnly, stop).OrCancelled(stop);
            }
            catch (RpcException e) when (Retries.IsOfConnection(e) && attempt < _attempts)
            {
                await backoff.WaitAsync(stop);
            }
        }
    }

    private async Task<V1.SyncResponse> SendAsync(V1.Config wanted, bool validateOnly, CancellationToken stop)
    {
        using AsyncClientStreamingCall<V1.SyncRequest, V1.SyncResponse> call = Control.Sync(cancellationToken: stop);

        foreach (V1.Config piece in ConfigPieces.Of(wanted))
        {
            await call.RequestStream.WriteAsync(new V1.SyncRequest { State = piece, ValidateOnly = validateOnly }, stop);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    private static async IAsyncEnumerable<TResponse> ExchangeAsync<TRequest, TResponse>(
        Func<CancellationToken, AsyncDuplexStreamingCall<TRequest, TResponse>> open, IAsyncEnumerable<TRequest> requests, [EnumeratorCancellation] CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using AsyncDuplexStreamingCall<TRequest, TResponse> call = open(end.Token);
        Task sending = SendAsync(requests, call.RequestStream, end.Token);

        try
        {
            while (await call.ResponseStream.MoveNext(end.Token).OrCancelled(stop))
            {
                yield return call.ResponseStream.Current;
            }

            await sending;
        }
        finally
        {
            // Whoever stops reading stops sending too.
            await end.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendAsync<T>(IAsyncEnumerable<T> requests, IClientStreamWriter<T> writer, CancellationToken stop)
    {
        await foreach (T request in requests.WithCancellation(stop))
        {
            await writer.WriteAsync(request, stop);
        }

        await writer.CompleteAsync();
    }

    /// <summary>A status has room for some problems; the answer of a stream has it for all.</summary>
    private async Task<IReadOnlyList<V1.Problem>> AskAgainAsync(V1.ApplyRequest request, CancellationToken stop)
    {
        using AsyncDuplexStreamingCall<V1.ApplyRequest, V1.ApplyResponse> call = Control.ApplyStream(cancellationToken: stop);
        V1.ApplyRequest question = request.Clone();
        question.ValidateOnly = true;
        await call.RequestStream.WriteAsync(question, stop);
        await call.RequestStream.CompleteAsync();

        return await call.ResponseStream.MoveNext(stop) ? call.ResponseStream.Current.Problems : [];
    }
}

using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace VRouter.ControlSdk.Server;

/// <summary>A streaming call under way: it ends when the client gives up, or when the server stops (UNAVAILABLE: try the next one).</summary>
internal sealed class StreamCall : IDisposable
{
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenSource _stop;

    public StreamCall(ServerCallContext context, IHostApplicationLifetime lifetime)
    {
        _stopping = lifetime.ApplicationStopping;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _stopping);
    }

    /// <summary>Ends what the call waits for.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Waits for the client's next message; false when there are no more.</summary>
    public async Task<bool> ReadAsync<T>(IAsyncStreamReader<T> reader)
    {
        try
        {
            return await reader.MoveNext(Stop);
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the vRouter stops"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}

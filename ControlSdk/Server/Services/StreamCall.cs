using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace VRouter.ControlSdk.Server;

/// <summary>A streaming call under way: it ends when the client gives up, or when the server stops (UNAVAILABLE: try again elsewhere or later).</summary>
internal sealed class StreamCall : IDisposable
{
    private readonly CancellationToken _cancelled;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenSource _stop;

    public StreamCall(ServerCallContext context, IHostApplicationLifetime lifetime)
    {
        _cancelled = context.CancellationToken;
        _stopping = lifetime.ApplicationStopping;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_cancelled, _stopping);
    }

    /// <summary>Ends what the call waits for.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Runs the call. That a client has gone is no failure, whatever it makes of the reads and writes under way.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the vRouter stops"));
        }
        catch (Exception) when (_cancelled.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the client has gone"));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // What gRPC makes of a message's head that is none.
            throw new RpcException(new Status(StatusCode.Internal, e.Message));
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<Task> call) => RunAsync(async () =>
    {
        await call();
        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}

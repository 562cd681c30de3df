using Grpc.Core;
using VRouter.ControlSdk;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Bench.Control;

/// <summary>Somebody who watches flows, on a connection of their own, as fast as they are let.</summary>
internal sealed class FlowWatcher : IAsyncDisposable
{
    private readonly VRouterClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watching;
    private long _seen;
    private long _lost;

    public FlowWatcher(string address)
    {
        _client = new VRouterClient(address);
        _watching = WatchAsync();
    }

    /// <summary>Ends when everything that stood has been told.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Flows that began or ended.</summary>
    public long Seen => Volatile.Read(ref _seen);

    /// <summary>Events that it was told to have missed.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            using AsyncServerStreamingCall<V1.Event> call = _client.Control.Watch(new V1.WatchRequest { Flows = true }, cancellationToken: _stop.Token);

            while (await call.ResponseStream.MoveNext(_stop.Token))
            {
                Note(call.ResponseStream.Current);
            }
        }
        catch (Exception failure)
        {
            _synced.TrySetException(failure);
            throw;
        }
    }

    private void Note(V1.Event item)
    {
        switch (item.KindCase)
        {
            case V1.Event.KindOneofCase.FlowStarted or V1.Event.KindOneofCase.FlowEnded:
                Volatile.Write(ref _seen, _seen + 1);
                break;

            case V1.Event.KindOneofCase.Lost:
                Volatile.Write(ref _lost, _lost + (long)item.Lost.Count);
                break;

            case V1.Event.KindOneofCase.Synced:
                _synced.TrySetResult();
                break;
        }
    }
}

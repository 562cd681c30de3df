using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;

namespace VRouter.ControlSdk;

/// <summary>A watch that outlives its connection.</summary>
internal sealed class ResumingWatch(V1.Control.ControlClient control, V1.WatchRequest request)
{
    private readonly V1.WatchRequest _request = request.Clone();
    private readonly Backoff _backoff = new();
    private bool _isFirst;

    /// <summary>Whether the latest event is of what stands, and not of what has happened.</summary>
    public bool IsListing { get; private set; }

    public async IAsyncEnumerable<V1.Event> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            (_isFirst, IsListing) = (true, _request.ResumeToken.IsEmpty);

            using (AsyncServerStreamingCall<V1.Event> call = control.Watch(_request, cancellationToken: stop))
            {
                while (await TryReadAsync(call, stop) is { } item)
                {
                    yield return item;
                }
            }

            await _backoff.WaitAsync(stop);
        }
    }

    /// <summary>The next event; null when the watch has broken and may be taken up again.</summary>
    private async Task<V1.Event?> TryReadAsync(AsyncServerStreamingCall<V1.Event> call, CancellationToken stop)
    {
        try
        {
            if (!await call.ResponseStream.MoveNext(stop).OrCancelled(stop))
            {
                return null;
            }
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal)
        {
            return null;
        }

        _backoff.Reset();
        Follow(call.ResponseStream.Current);
        return call.ResponseStream.Current;
    }

    private void Follow(V1.Event item)
    {
        // Where a watch cannot go on, this comes first and what stands comes next.
        bool beginsAnew = _isFirst && item.KindCase == V1.Event.KindOneofCase.Lost;
        IsListing = (IsListing || beginsAnew) && item.KindCase != V1.Event.KindOneofCase.Synced;
        _isFirst = false;

        // While what stands is listed there is no token: broken then, a watch begins anew.
        _request.ResumeToken = IsListing ? ByteString.Empty
            : item.ResumeToken.IsEmpty ? _request.ResumeToken
            : item.ResumeToken;
    }
}

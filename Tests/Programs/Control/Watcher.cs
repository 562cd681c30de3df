using Grpc.Core;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>A watch, read event by event.</summary>
internal sealed class Watcher(V1.Control.ControlClient client, V1.WatchRequest request) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly AsyncServerStreamingCall<V1.Event> _call = client.Watch(request);

    public async Task<V1.Event> ReadAsync()
    {
        using CancellationTokenSource limit = new(s_patience);
        return await _call.ResponseStream.MoveNext(limit.Token) ? _call.ResponseStream.Current : throw new InvalidOperationException("the watch has ended");
    }

    /// <summary>Reads what stands, and the event that says so.</summary>
    public async Task<List<V1.Event>> ReadUntilSyncedAsync()
    {
        List<V1.Event> events = [];

        do
        {
            events.Add(await ReadAsync());
        }
        while (events[^1].KindCase != V1.Event.KindOneofCase.Synced);

        return events;
    }

    public void Dispose() => _call.Dispose();
}

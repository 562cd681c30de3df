using Google.Protobuf.WellKnownTypes;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>One watcher: first what stands, then what happens; slower than what happens, it is told how much it has missed.</summary>
internal sealed class Watch(DataPlane dataPlane, EventStreams streams, string instanceId, EventScope scopes, StreamWriter<EventFrame> writer)
{
    private readonly EventFrame _frame = new();
    private readonly JournalBatch _batch = new();
    private readonly ulong _instance = ResumeToken.InstanceOf(instanceId);

    /// <summary>Goes on until it is cancelled.</summary>
    /// <param name="resume">What the client brought back; empty = it begins.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(ReadOnlyMemory<byte> resume, CancellationToken stop)
    {
        streams.Use(scopes);

        try
        {
            using JournalSignal signal = streams.Journal.Subscribe();
            JournalCursor cursor = await BeginAsync(resume);
            await FollowAsync(cursor, signal, stop);
        }
        finally
        {
            streams.Leave(scopes);
        }
    }

    private async Task<JournalCursor> BeginAsync(ReadOnlyMemory<byte> resume)
    {
        bool isToken = ResumeToken.TryRead(resume.Span, out ResumeToken token);

        if (isToken && streams.CanResume(token, scopes) && streams.Journal.Open(token.Next) is { Lost: 0 } resumed)
        {
            return resumed;
        }

        // From here on events are kept: what changes while the rest is listed comes again behind it.
        JournalCursor cursor = streams.Journal.Open(streams.Journal.Next);

        if (resume.Length > 0)
        {
            await WriteAsync(LostEvent.Of(0, instanceId));
        }

        await WriteSnapshotAsync();
        return cursor;
    }

    private async Task WriteSnapshotAsync()
    {
        Timestamp now = Timestamp.FromDateTime(DateTime.UtcNow);

        if (scopes.HasFlag(EventScope.Links))
        {
            foreach (VifLink link in dataPlane.ReadLinks())
            {
                await WriteAsync(LinkStream.Of(link, instanceId));
            }

            foreach (VifNeighbour neighbour in dataPlane.ReadNeighbours())
            {
                await WriteAsync(NeighbourStream.Of(neighbour, instanceId));
            }
        }

        if (scopes.HasFlag(EventScope.Objects))
        {
            foreach (ObjectKey key in dataPlane.Export().Puts)
            {
                await WriteAsync(ObjectStream.Standing(key, instanceId, now));
            }
        }

        if (scopes.HasFlag(EventScope.Flows))
        {
            foreach (FlowRecord flow in dataPlane.ReadFlows())
            {
                await WriteAsync(FlowStream.Standing(flow, instanceId));
            }
        }
    }

    private async Task FollowAsync(JournalCursor cursor, JournalSignal signal, CancellationToken stop)
    {
        long synced = streams.Journal.Next;
        bool isSynced = false;

        while (true)
        {
            streams.Journal.Read(cursor, scopes, _batch);
            await WriteLostAsync(cursor);
            await WriteBatchAsync();

            if (!isSynced && cursor.Next >= synced)
            {
                isSynced = true;
                await WriteSyncedAsync(cursor.Next);
            }

            if (_batch.Count == 0)
            {
                await signal.WaitAsync(stop);
            }
        }
    }

    private async Task WriteLostAsync(JournalCursor cursor)
    {
        if (cursor.Lost > 0)
        {
            V1.Event lost = LostEvent.Of(cursor.Lost, instanceId);
            cursor.Lost = 0;
            await WriteAsync(lost, isLast: true);
        }
    }

    private async Task WriteBatchAsync()
    {
        for (int i = 0; i < _batch.Count; i++)
        {
            (ReadOnlyMemory<byte> encoded, long next) = _batch[i];
            _frame.Set(encoded.Span, new ResumeToken(_instance, next, scopes));
            await writer.WriteAsync(_frame, isLast: i == _batch.Count - 1);
        }
    }

    private Task WriteSyncedAsync(long next)
    {
        byte[] token = new byte[ResumeToken.Length];
        new ResumeToken(_instance, next, scopes).Write(token);

        return WriteAsync(new V1.Event
        {
            ResumeToken = Google.Protobuf.ByteString.CopyFrom(token),
            InstanceId = instanceId,
            Time = Timestamp.FromDateTime(DateTime.UtcNow),
            Synced = new V1.Event.Types.Synced(),
        }, isLast: true);
    }

    private Task WriteAsync(V1.Event item, bool isLast = false)
    {
        _frame.Set(item);
        return writer.WriteAsync(_frame, isLast);
    }
}

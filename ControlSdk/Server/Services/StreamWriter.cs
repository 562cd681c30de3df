using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>Sends many small messages with few system calls. The end of the call sends what is left.</summary>
internal sealed class StreamWriter<T>(IServerStreamWriter<T> writer, CancellationToken stop)
{
    /// <summary>Messages between two waits for the client: what may be in memory for it.</summary>
    private const int Together = 64;

    private static readonly WriteOptions s_more = new(WriteFlags.BufferHint);

    private int _count;

    /// <summary>Writes a message.</summary>
    /// <param name="message">It may be another one as soon as this returns.</param>
    /// <param name="isLast">No more will come for now: it has to go.</param>
    public Task WriteAsync(T message, bool isLast = false)
    {
        writer.WriteOptions = isLast || ++_count % Together == 0 ? null : s_more;
        return writer.WriteAsync(message, stop);
    }
}

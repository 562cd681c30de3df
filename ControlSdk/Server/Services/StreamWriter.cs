using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>Sends many small messages with few system calls. The last ones go out as the call ends.</summary>
internal sealed class StreamWriter<T>(IServerStreamWriter<T> writer, CancellationToken stop)
{
    /// <summary>Messages between two waits for the client: what may be in memory for it.</summary>
    private const int Together = 64;

    private static readonly WriteOptions s_more = new(WriteFlags.BufferHint);

    private int _count;

    public Task WriteAsync(T message)
    {
        writer.WriteOptions = ++_count % Together == 0 ? null : s_more;
        return writer.WriteAsync(message, stop);
    }
}

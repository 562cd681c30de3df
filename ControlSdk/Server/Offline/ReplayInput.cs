using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The packets of one capture by their time stamps. Captures of several queues are a little out of order; as much as
/// <see cref="Window"/> packets put right is put right here, so that memory stays bounded.
/// </summary>
internal sealed class ReplayInput(ReplaySource source, CaptureReader reader) : IAsyncDisposable
{
    private const int Window = 4096;

    private readonly PriorityQueue<CapturedPacket, (long Nanoseconds, long Number)> _window = new(Window);
    private long _read;
    private long _last;
    private bool _isAtEnd;

    public uint Interface => source.Interface;

    public string Path => source.Path;

    /// <summary>Whether the file's clock is finer than a microsecond, as far as it has been read.</summary>
    public bool IsNanosecond => reader.IsNanosecond;

    /// <summary>The number of the first packet that the capture kept only in part; 0 when there was none.</summary>
    public long FirstCut { get; private set; }

    /// <summary>The next packet by time; null at the end.</summary>
    /// <exception cref="IOException">The file cannot be read on, or is too far out of order.</exception>
    public async ValueTask<CapturedPacket?> ReadAsync(CancellationToken cancel)
    {
        while (!_isAtEnd && _window.Count < Window)
        {
            await FillAsync(cancel);
        }

        if (!_window.TryDequeue(out CapturedPacket? packet, out (long Nanoseconds, long Number) place))
        {
            return null;
        }

        if (place.Nanoseconds < _last)
        {
            throw new CaptureException($"{Path}: packet {place.Number} is older than {Window} packets before it: sort the file by time first (reordercap does)");
        }

        _last = place.Nanoseconds;
        return packet;
    }

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (await reader.ReadAsync(cancel) is not { } packet)
        {
            _isAtEnd = true;
            return;
        }

        _window.Enqueue(packet, (packet.Nanoseconds, ++_read));

        if (packet.IsCut && FirstCut == 0)
        {
            FirstCut = _read;
        }
    }
}

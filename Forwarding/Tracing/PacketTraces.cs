using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace VRouter.Forwarding;

/// <summary>
/// Packets explained as they come in, until it is disposed: by the code that walks them, on the worker that received them, just before it
/// walks them; each as if it were the first of its batch. What another worker does with one that is handed over, that worker is asked when
/// the trace is read. Nothing waits for the reader.
/// </summary>
public sealed class PacketTraces : IDisposable
{
    private readonly DataPlane _plane;
    private readonly TraceOptions _options;
    private readonly TraceTap[] _taps;
    private readonly ChannelReader<TraceLeg> _legs;
    private bool _disposed;

    internal PacketTraces(DataPlane plane, TraceOptions options, TraceTap[] taps, ChannelReader<TraceLeg> legs)
    {
        _plane = plane;
        _options = options;
        _taps = taps;
        _legs = legs;
    }

    /// <summary>The next packet; false: there is none for now.</summary>
    public bool TryRead([NotNullWhen(true)] out TracedPacket? packet)
    {
        while (_legs.TryRead(out TraceLeg? leg))
        {
            packet = _plane.Finish(leg);

            if (!_options.DropsOnly || packet.Trace.DropReason != DropReason.None)
            {
                return true;
            }
        }

        packet = null;
        return false;
    }

    /// <summary>All packets to come.</summary>
    public async IAsyncEnumerable<TracedPacket> ReadAllAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        while (await _legs.WaitToReadAsync(stop))
        {
            while (TryRead(out TracedPacket? packet))
            {
                yield return packet;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _plane.EndTraces(_taps);
        }
    }
}

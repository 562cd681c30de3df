namespace VRouter.Forwarding;

/// <summary>
/// Packets as they pass, until it is disposed. One thread reads; nothing waits for it: what it does not read in time is counted as lost.
/// </summary>
public sealed class PacketCapture : IDisposable
{
    private readonly DataPlane _plane;
    private readonly CaptureTap[] _taps;
    private CaptureRing? _shown;
    private bool _disposed;

    internal PacketCapture(DataPlane plane, CaptureOptions options, CaptureTap[] taps)
    {
        _plane = plane;
        _taps = taps;
        Options = options;
    }

    /// <summary>What was asked for.</summary>
    public CaptureOptions Options { get; }

    /// <summary>The next packet, the oldest of those that the workers have seen; false: there is none for now.</summary>
    /// <param name="packet">It is there until the next one is read.</param>
    public bool TryRead(out SeenPacket packet)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _shown?.Release();
        _shown = Oldest();
        packet = default;

        if (_shown is null)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _shown.Peek(out CaptureRecord record);

        packet = new SeenPacket
        {
            Time = _plane.TimeAt(record.Time),
            Vif = new VifId(record.Vif),
            Place = record.Place,
            Reason = record.Reason,
            Object = record.Object,
            RuleId = _plane.RuleIdOf(record.Rule),
            Bytes = bytes,
            Length = record.Length,
            Lost = record.Lost,
        };

        return true;
    }

    /// <summary>What a vif is called; empty when it is not there any more.</summary>
    public string NameOf(VifId vif) => _plane.NameOf(vif);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _plane.EndCapture(_taps);
        }
    }

    private CaptureRing? Oldest()
    {
        CaptureRing? oldest = null;

        foreach (CaptureTap tap in _taps)
        {
            if (tap.Ring.OldestTime is { } time && (oldest is null || time < oldest.OldestTime))
            {
                oldest = tap.Ring;
            }
        }

        return oldest;
    }
}

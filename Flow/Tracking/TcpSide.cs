using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>What one side of a connection has said.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TcpSide
{
    /// <summary>The sequence number behind the last byte that it has sent.</summary>
    public uint End;

    /// <summary>The highest number that it has acknowledged: what it expects next.</summary>
    public uint Acknowledged;

    private ushort _window;
    private byte _scale;

    /// <summary>What of the above is known.</summary>
    public TcpSideFlags Flags;

    /// <summary>The largest window that it has offered.</summary>
    public readonly uint Window => Math.Max((uint)_window << (_scale == TcpSegment.NoScale ? 0 : _scale), 1);

    /// <summary>Whether it has offered to scale windows.</summary>
    public readonly bool Scales => _scale != TcpSegment.NoScale;

    /// <summary>Whether any of the flags is set.</summary>
    public readonly bool Is(TcpSideFlags flags) => (Flags & flags) != 0;

    /// <summary>Takes a SYN, which says everything anew.</summary>
    public void Begin(in TcpSegment segment)
    {
        this = new TcpSide { End = segment.End, _window = segment.Window, _scale = segment.Scale, Flags = TcpSideFlags.Sent };
        Acknowledge(in segment);
    }

    /// <summary>Takes what a segment of a connection that began unseen tells of its sender; the scale may be anything.</summary>
    public void BeginMidstream(in TcpSegment segment)
    {
        Begin(in segment);
        _scale = TcpSegment.LargestScale;
    }

    /// <summary>Takes what the other side's segment tells of this side in a connection that began unseen.</summary>
    public void Assume(in TcpSegment other)
    {
        this = new TcpSide { End = other.Acknowledgement, Acknowledged = other.Sequence, _window = ushort.MaxValue, _scale = TcpSegment.LargestScale };
        Flags = TcpSideFlags.Sent | TcpSideFlags.Acknowledged;
    }

    /// <summary>Windows are as they stand (RFC 7323 section 2.2: both sides offer to scale, or neither does).</summary>
    public void StopScaling() => _scale = TcpSegment.NoScale;

    /// <summary>Takes the acknowledgement and the window of a segment.</summary>
    public void Acknowledge(in TcpSegment segment)
    {
        _window = Math.Max(_window, segment.Window);

        if (segment.Has(Encap.TcpFlags.Ack) && (!Is(TcpSideFlags.Acknowledged) || (int)(segment.Acknowledgement - Acknowledged) > 0))
        {
            Acknowledged = segment.Acknowledgement;
            Flags |= TcpSideFlags.Acknowledged;
        }
    }
}

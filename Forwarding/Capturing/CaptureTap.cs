namespace VRouter.Forwarding;

/// <summary>One capture at one worker: what it wants, and the ring for it.</summary>
internal sealed class CaptureTap(CaptureOptions options, PacketFilter filter)
{
    /// <summary>Bytes of a small packet's share: as many records as there may be such packets.</summary>
    private const int BytesPerRecord = 128;

    private readonly int _snapLength = options.SnapLength > 0 ? Math.Min(options.SnapLength, CaptureReader.MaxPacket) : CaptureReader.MaxPacket;

    public CaptureRing Ring { get; } = new(options.BufferBytes / BytesPerRecord, options.BufferBytes);

    /// <summary>Which packets it wants.</summary>
    public PacketFilter Filter { get; } = filter;

    /// <summary>Whether it wants more than drops.</summary>
    public bool WantsAll { get; } = !options.DropsOnly;

    /// <summary>Bytes that it wants of a packet.</summary>
    public int Cut(uint length) => (int)Math.Min(length, (uint)_snapLength);
}

namespace VRouter.Forwarding;

/// <summary>One capture at one worker: what it wants, and the ring for it.</summary>
internal sealed class CaptureTap(CaptureOptions options, CaptureMatch? match)
{
    /// <summary>Bytes of a small packet's share: as many records as there may be such packets.</summary>
    private const int BytesPerRecord = 128;

    private readonly VifId[] _vifs = [.. options.Vifs];
    private readonly int _snapLength = options.SnapLength > 0 ? Math.Min(options.SnapLength, CaptureReader.MaxPacket) : CaptureReader.MaxPacket;

    public CaptureRing Ring { get; } = new(options.BufferBytes / BytesPerRecord, options.BufferBytes);

    /// <summary>Whether it wants more than drops.</summary>
    public bool WantsAll { get; } = !options.DropsOnly;

    /// <summary>Whether it wants packets of a vif.</summary>
    public bool Wants(VifId vif) => _vifs.Length == 0 || _vifs.AsSpan().Contains(vif);

    /// <summary>Whether it wants a packet; the parameters are those of <see cref="CaptureMatch.Matches"/>.</summary>
    public bool Wants(Span<byte> head, ForwardingState state, VifState? vif, int innerVrf) => match is null || match.Matches(head, state, vif, innerVrf);

    /// <summary>Bytes that it wants of a packet.</summary>
    public int Cut(uint length) => (int)Math.Min(length, (uint)_snapLength);
}

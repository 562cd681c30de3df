namespace VRouter.Forwarding;

/// <summary>A packet in a capture file: Ethernet without FCS.</summary>
/// <param name="Nanoseconds">When it was seen, since 1970-01-01 00:00 UTC.</param>
/// <param name="Bytes">What the capture kept of it.</param>
/// <param name="OriginalLength">Its length on the wire, more than the bytes kept where the capture cut it.</param>
public sealed record CapturedPacket(long Nanoseconds, ReadOnlyMemory<byte> Bytes, uint OriginalLength)
{
    /// <summary>Whether the capture kept only its beginning.</summary>
    public bool IsCut => Bytes.Length < OriginalLength;
}

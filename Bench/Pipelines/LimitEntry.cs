using System.Runtime.InteropServices;

namespace VRouter.Bench.Pipelines;

/// <summary>What the limit keeps of a flow: one cache line of headers to be written, another of what is counted.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * Line)]
internal struct LimitEntry
{
    private const int Line = 64;

    /// <summary>The first byte of the headers' line.</summary>
    [FieldOffset(0)]
    public byte First;

    /// <summary>Packets, on the other line.</summary>
    [FieldOffset(Line)]
    public long Packets;

    /// <summary>Their bytes.</summary>
    [FieldOffset(Line + sizeof(long))]
    public long Bytes;
}

using System.Runtime.InteropServices;

namespace VRouter.Forwarding;

/// <summary>The two ends of a ring, each on cache lines of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedCounters
{
    [FieldOffset(64)]
    public uint Produced;

    [FieldOffset(192)]
    public uint Consumed;
}

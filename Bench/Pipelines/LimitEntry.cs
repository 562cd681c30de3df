using System.Runtime.InteropServices;

namespace VRouter.Bench.Pipelines;

/// <summary>What the limit keeps of a destination: one cache line of headers to be written.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct LimitEntry
{
    /// <summary>The first byte of the line.</summary>
    public byte First;
}

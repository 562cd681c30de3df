using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>The index's own numbers. They lie with the buckets, so that the memory alone says everything.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FlowIndexState
{
    /// <summary>Buckets in use.</summary>
    public int Buckets;

    /// <summary>Buckets in use when the present doubling began; a power of two.</summary>
    public int Half;

    /// <summary>Slots that hold an entry.</summary>
    public int Count;
}

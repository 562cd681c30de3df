using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>The numbers of <see cref="FlowPairs"/>. They lie with the pairs, so that the memory alone says everything.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FlowPairsState
{
    /// <summary>The secret under which the pairs are indexed.</summary>
    public FlowSeed Seed;

    /// <summary>Pairs in use.</summary>
    public int Count;

    /// <summary>The first pair that was never in use.</summary>
    public int End;

    /// <summary>The first of the free ones before that; 0 = none.</summary>
    public uint Free;
}

using System.Runtime.InteropServices;

namespace VRouter.Forwarding;

/// <summary>The first line of a slab: 255 further lines, cut into blocks of one size.</summary>
[StructLayout(LayoutKind.Sequential, Size = TrieLine.Bytes)]
internal struct TrieSlab
{
    /// <summary>Lines of a slab, this one included. What remains, 255, is 15 of the largest nodes.</summary>
    public const int Lines = 256;

    /// <summary>Lines of a block; 0 when the slab is empty.</summary>
    public int BlockLines;

    /// <summary>Blocks in use.</summary>
    public int Used;

    /// <summary>Blocks ever handed out: those behind are still untouched.</summary>
    public int Carved;

    /// <summary>The first line of a block given back, whose first word names the next one; 0 = none.</summary>
    public uint Free;

    /// <summary>The slabs around this one in the list that it is on; 0 = none.</summary>
    public uint Next, Previous;

    public readonly bool IsFull => Used == (Lines - 1) / BlockLines;
}

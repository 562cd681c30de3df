namespace VRouter.Native;

/// <summary>One frame behind the head of a chained packet.</summary>
public struct FrameLink
{
    /// <summary>The frame after this one; 0 ends the chain.</summary>
    public uint Next;

    /// <summary>Where this frame's bytes begin.</summary>
    public ushort Start;

    /// <summary>How many there are.</summary>
    public ushort Length;
}

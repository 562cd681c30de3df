using System.Runtime.InteropServices;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Tells a worker that packets of a key are of another worker's flow, or no longer.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct FlowPointer
{
    /// <summary>Whose packets.</summary>
    public FlowKey Key;

    /// <summary>The worker that has the flow.</summary>
    public int Worker;

    /// <summary>The flow has ended.</summary>
    public bool IsGone;
}

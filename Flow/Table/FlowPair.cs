using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>Both directions of a flow: four cache lines, of which a packet touches its own direction's and the state. Indices only.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct FlowPair
{
    public FlowEntry Forward;
    public FlowEntry Reverse;
    public FlowState State;
    public FlowOrigin Origin;
}

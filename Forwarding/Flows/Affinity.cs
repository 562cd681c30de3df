using System.Runtime.InteropServices;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Which member of a group a client has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Affinity
{
    /// <summary>The client and the address that it calls, in their VRF, without protocol and ports.</summary>
    public FlowKey Key;

    /// <summary>When its last flow ended, in milliseconds.</summary>
    public long Ended;

    /// <summary>For how many milliseconds after that it keeps the member.</summary>
    public int Lasts;

    /// <summary>The member's identity.</summary>
    public uint Member;

    /// <summary>Flows that stand.</summary>
    public int Flows;

    /// <summary>The next one in its bucket, or among the free ones; 0 = none.</summary>
    public int Next;
}

using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>
/// One direction of a flow: its key, and what is done to its packets. One cache line. Where addresses or ports are translated, a packet leaves
/// as <see cref="FlowKey.Reverse()"/> of the other direction's key says, so nothing more is kept of it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct FlowEntry
{
    private const int LabelBits = 24;
    private const uint LabelMask = (1 << LabelBits) - 1;

    /// <summary>Whose packets.</summary>
    public FlowKey Key;

    /// <summary>The generation of the configuration under which this was last found right; its lower half.</summary>
    public uint Generation;

    /// <summary>The next hop, by the owner's number; of a pointer the worker that has the flow.</summary>
    public uint NextHop;

    /// <summary>The outer source that was accepted at set-up: an IPv4 address, or what the owner makes of an IPv6 one; 0 = from no tunnel.</summary>
    public uint OuterSource;

    private uint _labelAndTraits;

    /// <summary>The MPLS label or VNI of its tunnel packets.</summary>
    public uint Label
    {
        readonly get => _labelAndTraits & LabelMask;
        set => _labelAndTraits = _labelAndTraits & ~LabelMask | value & LabelMask;
    }

    /// <summary>What else to know of its packets.</summary>
    public FlowTraits Traits
    {
        readonly get => (FlowTraits)(_labelAndTraits >> LabelBits);
        set => _labelAndTraits = _labelAndTraits & LabelMask | (uint)value << LabelBits;
    }
}

using System.Runtime.InteropServices;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What one packet of a batch is looked up by, beside the packet itself. One cache line.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct FlowSlot
{
    /// <summary>Its flow's key.</summary>
    public FlowKey Key;

    /// <summary>The hash of the key.</summary>
    public uint Hash;

    /// <summary>The entry that the hash led to first; to be confirmed.</summary>
    public uint Match;

    /// <summary>The outer source, as flow entries keep it; 0 = it came out of no tunnel.</summary>
    public uint OuterSource;

    /// <summary>The worker that it belongs to, where that is another one.</summary>
    public ushort Owner;

    /// <summary>Whether the key is its flow's: what belongs elsewhere as a fragment of unknown ports has none yet.</summary>
    public bool HasKey;

    /// <summary>What it has to do with flows.</summary>
    public FlowStage Stage;
}

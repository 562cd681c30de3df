using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>How a flow came to be, and what that depended on. One cache line, that packets do not touch.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct FlowOrigin
{
    /// <summary>When its first packet came, in milliseconds of the owner's clock.</summary>
    public long Started;

    /// <summary>The vif whose limit it counts under; 0 = none.</summary>
    public ushort Vif;

    /// <summary>Its slot of the wheel of its class, plus one; 0 = in none.</summary>
    internal ushort Slot;

    /// <summary>When it was put there; the lower 32 bits.</summary>
    internal uint Since;

    /// <summary>The pair after this one, in its slot or among the free ones.</summary>
    internal uint Next;

    /// <summary>The pair before this one in its slot.</summary>
    internal uint Previous;

    /// <summary>The rule that decided, of the sender's side; the owner's numbers.</summary>
    public uint SenderRule;

    /// <summary>The rule that decided, of the receiver's side; the owner's numbers.</summary>
    public uint ReceiverRule;

    /// <summary>What the verdict depended on: security groups, routes, floating IP; the owner's numbers.</summary>
    public FlowDependencies Dependencies;
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>What both directions of a flow change with every packet: counters, time, TCP. One cache line.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct FlowState
{
    private FlowCount _forward;
    private FlowCount _reverse;

    /// <summary>When a packet was last seen, in milliseconds of the owner's clock; the lower 32 bits.</summary>
    public uint LastSeen;

    internal TcpConnection Tcp;

    /// <summary>How it ages and whether it gives way.</summary>
    public FlowClass Class { readonly get; internal set; }

    /// <summary>What TCP is at.</summary>
    public readonly TcpState TcpState => Tcp.State;

    /// <summary>The packets and bytes of the direction that an entry is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref FlowCount CountOf(ref FlowState state, uint entry) => ref Unsafe.Add(ref state._forward, entry & 1);
}

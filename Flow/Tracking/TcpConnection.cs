using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>A TCP connection, as far as segments that pass tell.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct TcpConnection
{
    private TcpSide _forward;
    private TcpSide _reverse;

    /// <summary>What it is at.</summary>
    public TcpState State;

    /// <summary>The side that sends in a direction: 0 forward, 1 reverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref TcpSide Side(ref TcpConnection connection, uint direction) => ref Unsafe.Add(ref connection._forward, direction & 1);
}

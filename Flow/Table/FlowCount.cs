using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>Packets and bytes of one direction.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FlowCount
{
    /// <summary>Packets.</summary>
    public ulong Packets;

    /// <summary>Their bytes, as interfaces count them.</summary>
    public ulong Bytes;
}

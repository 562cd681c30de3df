using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>A packet that waits for the first fragment of its datagram.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WaitingFragment
{
    /// <summary>When it came.</summary>
    public long Since;

    /// <summary>The owner's number of it.</summary>
    public uint Packet;

    /// <summary>Its datagram.</summary>
    public uint Datagram;

    /// <summary>The next one of its datagram; among the free ones, the next.</summary>
    public uint Next;

    /// <summary>The one that came before it.</summary>
    public uint Older;

    /// <summary>The one that came after it.</summary>
    public uint Newer;

    /// <summary>The vif that it counts for.</summary>
    public ushort Vif;
}

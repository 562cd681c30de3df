using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>A datagram of which fragments have come.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct Datagram
{
    /// <summary>Its flow's key with the identification in place of the ports.</summary>
    public FlowKey Key;

    /// <summary>When its first fragment to come came.</summary>
    public long Started;

    /// <summary>The ports, once the first fragment is there.</summary>
    public uint Ports;

    /// <summary>The protocol, once the first fragment is there.</summary>
    public byte Protocol;

    /// <summary>Its bytes, once the last fragment is there; 0 before.</summary>
    public int Total;

    /// <summary>The bytes that are there.</summary>
    public int Received;

    /// <summary>The pieces that are there.</summary>
    public int Pieces;

    /// <summary>The vif that it counts for.</summary>
    public ushort Vif;

    /// <summary>Whether the first fragment is there.</summary>
    public bool HasFirst;

    /// <summary>Whether all that comes of it is dropped.</summary>
    public bool IsPoisoned;

    /// <summary>The next one with the same hash.</summary>
    public uint NextInBucket;

    /// <summary>The one that came before it.</summary>
    public uint Older;

    /// <summary>The one that came after it; among the free ones, the next.</summary>
    public uint Newer;

    /// <summary>The first packet that waits.</summary>
    public uint FirstWaiting;

    /// <summary>The last packet that waits.</summary>
    public uint LastWaiting;

    /// <summary>Whether nothing is missing.</summary>
    public readonly bool IsComplete => HasFirst && Total != 0 && Received == Total;
}

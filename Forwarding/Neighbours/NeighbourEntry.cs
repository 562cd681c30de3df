namespace VRouter.Forwarding;

/// <summary>One neighbour on the underlay. Written under the table's lock; its MAC is read without.</summary>
internal struct NeighbourEntry
{
    public ulong High;

    public ulong Low;

    /// <summary>The MAC; 0 = not known.</summary>
    public ulong Mac;

    /// <summary>When somebody last said that this is the MAC, in milliseconds.</summary>
    public long Confirmed;

    /// <summary>When to ask next; 0 = nobody wants to know.</summary>
    public long NextRequest;

    /// <summary>Next hops that hold its index.</summary>
    public int Pins;

    public ushort Vif;

    public bool IsIpv6;

    public bool InUse;

    /// <summary>Requests sent since it was last confirmed.</summary>
    public byte Requests;

    /// <summary>Packets that wait.</summary>
    public byte Held;
}

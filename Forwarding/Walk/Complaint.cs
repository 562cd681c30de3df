namespace VRouter.Forwarding;

/// <summary>What the sender of a packet is told when it cannot go on.</summary>
internal enum Complaint : byte
{
    /// <summary>ICMP time exceeded.</summary>
    TimeExceeded,

    /// <summary>ICMP fragmentation needed, ICMPv6 packet too big.</summary>
    PacketTooBig,

    /// <summary>ICMP port unreachable.</summary>
    PortUnreachable,

    /// <summary>A TCP reset, from the destination.</summary>
    Reset,
}

namespace VRouter.Flow;

/// <summary>How a flow ages and, when the table is full, when it gives way: in this order, from the denied ones to the half-open ones; others never.</summary>
public enum FlowClass : byte
{
    /// <summary>No flow.</summary>
    None,

    /// <summary>Denied by policy; its time runs from its first packet.</summary>
    Denied,

    /// <summary>A TCP connection that has ended; its time runs from its end.</summary>
    Closed,

    /// <summary>TCP before the three-way handshake is complete.</summary>
    TcpNew,

    /// <summary>UDP that nothing has come back on.</summary>
    UdpNew,

    /// <summary>ICMP that nothing has come back on.</summary>
    IcmpNew,

    /// <summary>Another protocol that nothing has come back on.</summary>
    OtherNew,

    /// <summary>TCP from the end of the handshake until its end.</summary>
    TcpEstablished,

    /// <summary>UDP both ways.</summary>
    Udp,

    /// <summary>ICMP both ways.</summary>
    Icmp,

    /// <summary>Another protocol both ways.</summary>
    Other,

    /// <summary>Neither ages nor gives way: whoever inserted it removes it.</summary>
    Pinned,
}

namespace VRouter.Flow;

/// <summary>What a segment means to the connection it claims to be of.</summary>
public enum TcpVerdict
{
    /// <summary>It is of the connection, and was taken into account.</summary>
    Accepted,

    /// <summary>It may be of the connection or not: the ends can tell (RFC 5961 has them ask), so it goes on and changes nothing.</summary>
    Ignored,

    /// <summary>No end can have sent it, or the other would not take it: to be dropped.</summary>
    Invalid,

    /// <summary>It begins a new connection on the key of one that has ended: the flow goes, and the segment sets up another.</summary>
    Reopened,
}

namespace VRouter.Flow;

/// <summary>What a TCP connection is at, as seen from between its ends.</summary>
public enum TcpState : byte
{
    /// <summary>Not TCP, or no segment yet.</summary>
    None,

    /// <summary>The handshake is not complete.</summary>
    SynSent,

    /// <summary>Data may flow both ways.</summary>
    Established,

    /// <summary>One side has sent its FIN, or both have and one is not acknowledged.</summary>
    HalfClosed,

    /// <summary>Both FINs are acknowledged, or it was reset.</summary>
    Closed,
}

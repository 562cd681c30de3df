namespace VRouter.Flow;

/// <summary>What is known of one side of a connection.</summary>
[Flags]
internal enum TcpSideFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It has sent something: its <see cref="TcpSide.End"/> counts.</summary>
    Sent = 1,

    /// <summary>It has acknowledged something: its <see cref="TcpSide.Acknowledged"/> counts.</summary>
    Acknowledged = 2,

    /// <summary>It has sent its FIN, which is the last before <see cref="TcpSide.End"/>.</summary>
    Finished = 4,

    /// <summary>The other side has acknowledged that FIN.</summary>
    FinishSeen = 8,
}

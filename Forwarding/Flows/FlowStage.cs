namespace VRouter.Forwarding;

/// <summary>What a packet of a batch has to do with flows.</summary>
internal enum FlowStage : byte
{
    /// <summary>Nothing: it is dropped, answered, made here, to a group, or between ends without policy.</summary>
    None,

    /// <summary>Nothing as far as its sender goes, and every check was made on the common way in: it takes a route hint.</summary>
    Hinted,

    /// <summary>It is of a flow, and every check was made on the common way in.</summary>
    Common,

    /// <summary>It is of a flow, and came the long way.</summary>
    Keyed,

    /// <summary>An ICMP error about a packet of a flow: its key is that of an answer to the packet it quotes.</summary>
    Related,

    /// <summary>Its flow, or its datagram, is another worker's.</summary>
    Foreign,
}

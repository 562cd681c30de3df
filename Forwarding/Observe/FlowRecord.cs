using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>One direction of a flow, as it stands or as it was when it ended. Times are as fine as a millisecond.</summary>
/// <param name="Key">Whose packets.</param>
/// <param name="ReverseKey">Whose packets come back.</param>
public sealed record FlowRecord(FlowRecordKey Key, FlowRecordKey ReverseKey)
{
    /// <summary>What is done to them.</summary>
    public FlowAction Action { get; init; }

    /// <summary>The next hop that they take; 0 = one that the vRouter made itself, or none.</summary>
    public NextHopId NextHop { get; init; }

    /// <summary>What the connection is at; None for other protocols.</summary>
    public TcpState TcpState { get; init; }

    /// <summary>Packets of this direction.</summary>
    public ulong Packets { get; init; }

    /// <summary>Their bytes: Ethernet without FCS.</summary>
    public ulong Bytes { get; init; }

    /// <summary>When the first packet of the flow came.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When the last one came, of either direction.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>
    /// The rule that decided: of a denied flow the one that denied it. Of others the one that let it pass at the end where this direction's
    /// packets come from, else at the other end. Empty where no rule was asked, matched, or is remembered.
    /// </summary>
    public string RuleId { get; init; } = "";

    /// <summary>Why its packets are dropped; None = they are not.</summary>
    public DropReason DropReason { get; init; }

    /// <summary>Why it ended; None = it stands.</summary>
    public FlowEndReason EndReason { get; init; }
}

namespace VRouter.Forwarding;

/// <summary>What came in at, and went out of, one vif. Bytes are Ethernet without FCS.</summary>
public sealed record VifCounters(VifId Vif)
{
    /// <summary>Packets that came in.</summary>
    public long RxPackets { get; init; }

    /// <summary>Their bytes.</summary>
    public long RxBytes { get; init; }

    /// <summary>Packets handed to the port.</summary>
    public long TxPackets { get; init; }

    /// <summary>Their bytes.</summary>
    public long TxBytes { get; init; }

    /// <summary>Packets the vRouter made: answers, errors, fragments.</summary>
    public long Made { get; init; }

    /// <summary>Packets answered or taken.</summary>
    public long Consumed { get; init; }

    /// <summary>Packets that came in here and wait now.</summary>
    public long Held { get; init; }

    /// <summary>Packets that came in here and were dropped, by reason; reasons with none are left out.</summary>
    public IReadOnlyDictionary<DropReason, long> Drops { get; init; } = new Dictionary<DropReason, long>();
}

namespace VRouter.Forwarding;

/// <summary>A packet that a capture has seen; to be looked at before the next one is read.</summary>
public readonly ref struct SeenPacket
{
    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The vif at which it came in or went out; of a dropped one where it came in; 0 = a vif that was gone by then.</summary>
    public required VifId Vif { get; init; }

    /// <summary>Where on its way.</summary>
    public required PacketPlace Place { get; init; }

    /// <summary>Why it was dropped.</summary>
    public DropReason Reason { get; init; }

    /// <summary>The object that decided; of kind None when none did.</summary>
    public ObjectKey Object { get; init; }

    /// <summary>The rule that decided; empty when none did.</summary>
    public required string RuleId { get; init; }

    /// <summary>Ethernet without FCS, cut to the snap length.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Its whole length.</summary>
    public required int Length { get; init; }

    /// <summary>Packets before this one that there was no room for.</summary>
    public required uint Lost { get; init; }
}

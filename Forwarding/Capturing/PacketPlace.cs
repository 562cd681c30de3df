namespace VRouter.Forwarding;

/// <summary>Where on its way a packet was seen.</summary>
public enum PacketPlace : byte
{
    /// <summary>As it came in.</summary>
    Received,
    /// <summary>As it went out.</summary>
    Sent,
    /// <summary>Where it ended: as it came in, or, if only its port would not have it, as it was to go out.</summary>
    Dropped,
}

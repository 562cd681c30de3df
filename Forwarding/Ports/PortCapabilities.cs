namespace VRouter.Forwarding;

/// <summary>What a port takes as it is.</summary>
[Flags]
public enum PortCapabilities
{
    /// <summary>Finished packets in one frame.</summary>
    None = 0,

    /// <summary>Packets whose transport checksum is still to be completed.</summary>
    ChecksumPartial = 1,

    /// <summary>Packets that are still to be cut into segments.</summary>
    Gso = 2,

    /// <summary>Packets in several frames.</summary>
    Chains = 4,
}

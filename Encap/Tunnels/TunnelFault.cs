namespace VRouter.Encap;

/// <summary>Why a packet that came to a tunnel endpoint cannot be taken out of a tunnel.</summary>
public enum TunnelFault : byte
{
    /// <summary>It can be.</summary>
    None,

    /// <summary>It is no tunnel packet (another protocol, port or GRE type), or a fragment of one: the host's.</summary>
    NotATunnel,

    /// <summary>A header is cut off or contradicts itself, or a checksum that is there is wrong.</summary>
    Malformed,

    /// <summary>A VXLAN header without the I bit.</summary>
    InvalidVni,

    /// <summary>A label that is not the last of its stack. What was read of it stands.</summary>
    InvalidPayload,
}

namespace VRouter.Forwarding;

/// <summary>What a port or a stage said about a packet, beside its numbers.</summary>
[Flags]
public enum PacketFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The transport checksum is to be completed (VIRTIO_NET_HDR_F_NEEDS_CSUM).</summary>
    ChecksumPartial = 1,

    /// <summary>The port has verified the transport checksum (VIRTIO_NET_HDR_F_DATA_VALID).</summary>
    ChecksumVerified = 2,

    /// <summary>It came out of a tunnel.</summary>
    Decapsulated = 4,

    /// <summary>The IP header is of version 6.</summary>
    Ipv6 = 8,

    /// <summary>A fragment other than the first: no transport header.</summary>
    LaterFragment = 16,

    /// <summary>Any fragment.</summary>
    Fragment = 32,

    /// <summary>The vRouter made it itself.</summary>
    Made = 64,

    /// <summary>Delivered by the interface's own label: it is not routed here, and its TTL stays.</summary>
    Direct = 128,
}

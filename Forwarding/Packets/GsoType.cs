namespace VRouter.Forwarding;

/// <summary>How an oversized packet is to be cut (VIRTIO_NET_HDR_GSO_*, linux/virtio_net.h).</summary>
public enum GsoType : byte
{
    /// <summary>Not to be cut.</summary>
    None = 0,

    /// <summary>TCP over IPv4.</summary>
    TcpIpv4 = 1,

    /// <summary>TCP over IPv6.</summary>
    TcpIpv6 = 4,

    /// <summary>UDP segmentation (VIRTIO_NET_HDR_GSO_UDP_L4).</summary>
    UdpL4 = 5,
}

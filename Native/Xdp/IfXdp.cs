namespace VRouter.Native;

/// <summary>linux/if_xdp.h, and what AF_XDP needs of sys/socket.h and linux/if_link.h.</summary>
internal static class IfXdp
{
    internal const int AF_XDP = 44, SOL_XDP = 283, SOL_SOCKET = 1;
    internal const int SO_BUSY_POLL = 46, SO_PREFER_BUSY_POLL = 69, SO_BUSY_POLL_BUDGET = 70;

    internal const int XDP_MMAP_OFFSETS = 1, XDP_RX_RING = 2, XDP_TX_RING = 3, XDP_UMEM_REG = 4, XDP_UMEM_FILL_RING = 5;
    internal const int XDP_UMEM_COMPLETION_RING = 6, XDP_STATISTICS = 7, XDP_OPTIONS = 8, XDP_MAX_TX_SKB_BUDGET = 9;

    internal const ushort XDP_SHARED_UMEM = 1 << 0, XDP_COPY = 1 << 1, XDP_ZEROCOPY = 1 << 2, XDP_USE_NEED_WAKEUP = 1 << 3, XDP_USE_SG = 1 << 4;
    internal const uint XDP_OPTIONS_ZEROCOPY = 1, XDP_RING_NEED_WAKEUP = 1;

    internal const long XDP_PGOFF_RX_RING = 0, XDP_PGOFF_TX_RING = 0x80000000;
    internal const long XDP_UMEM_PGOFF_FILL_RING = 0x100000000, XDP_UMEM_PGOFF_COMPLETION_RING = 0x180000000;

    internal const uint XDP_FLAGS_SKB_MODE = 1 << 1, XDP_FLAGS_DRV_MODE = 1 << 2;

    internal const uint XDP_PASS = 2, XDP_REDIRECT = 4;

    internal struct sockaddr_xdp
    {
        public ushort sxdp_family;
        public ushort sxdp_flags;
        public uint sxdp_ifindex;
        public uint sxdp_queue_id;
        public uint sxdp_shared_umem_fd;
    }

    internal struct xdp_ring_offset
    {
        public ulong producer, consumer, desc, flags;
    }

    internal struct xdp_mmap_offsets
    {
        public xdp_ring_offset rx, tx, fr, cr;
    }

    internal struct xdp_umem_reg
    {
        public nint addr;
        public ulong len;
        public uint chunk_size, headroom, flags, tx_metadata_len;
    }
}

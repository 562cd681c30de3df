using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>
/// An AF_XDP socket on one queue of a device: four rings over the frames' memory. One thread uses it; nothing here allocates
/// once it is open.
/// </summary>
public sealed unsafe class XdpSocket : IDisposable
{
    /// <summary>The descriptors that one packet may take: one and MAX_SKB_FRAGS (linux/skbuff.h).</summary>
    public const int MaxPieces = 18;

    private const int RawCloseOnExec = 3 | 0x80000;     // SOCK_RAW | SOCK_CLOEXEC
    private const int DontWait = 0x40;                  // MSG_DONTWAIT
    private const int BindAttempts = 20;
    private const int BusyPollMicroseconds = 20, BusyPollBudget = 64;

    private readonly FileDescriptor _socket;
    private readonly List<RingMapping> _mappings = [];
    private readonly string _place;
    private readonly uint _ringSize;

    private XdpSocket(XdpOptions options, int queue)
    {
        _place = $"{options.Device}, queue {queue}";
        _ringSize = (uint)options.RingSize;
        _socket = FileDescriptor.Own(Libc.socket(IfXdp.AF_XDP, RawCloseOnExec, 0), "socket(AF_XDP)", static errno => errno == Errno.EAFNOSUPPORT ? BpfMap.NoAfXdp : null);
    }

    /// <summary>Packets received.</summary>
    public ConsumerRing<XdpDescriptor> Receive { get; private set; } = null!;

    /// <summary>Packets to be sent.</summary>
    public ProducerRing<XdpDescriptor> Transmit { get; private set; } = null!;

    /// <summary>Addresses of frames to receive into.</summary>
    public ProducerRing<ulong> Fill { get; private set; } = null!;

    /// <summary>Addresses of frames that were sent.</summary>
    public ConsumerRing<ulong> Completion { get; private set; } = null!;

    /// <summary>Whether a packet may take several descriptors.</summary>
    public bool HasMultiBuffer { get; private set; }

    /// <summary>Whether the device itself reads and writes the frames (getsockopt XDP_OPTIONS).</summary>
    public bool IsZeroCopy => (Get<uint>(IfXdp.XDP_OPTIONS, nameof(IfXdp.XDP_OPTIONS)) & IfXdp.XDP_OPTIONS_ZEROCOPY) != 0;

    /// <summary>What the kernel counted as lost.</summary>
    public XdpStatistics Statistics => Get<XdpStatistics>(IfXdp.XDP_STATISTICS, nameof(IfXdp.XDP_STATISTICS));

    /// <summary>Polls readable when packets wait.</summary>
    public int Descriptor => _socket.Number;

    /// <summary>Where the receive ring lies.</summary>
    internal RingLayout ReceiveLayout => _mappings[0].Layout;

    /// <summary>Opens a socket and binds it, in the current thread's namespace.</summary>
    /// <param name="options">The device and the rings.</param>
    /// <param name="index">The device's number.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="region">The frames.</param>
    /// <param name="flags">XDP_COPY or XDP_ZEROCOPY, with XDP_USE_SG where chains are wanted.</param>
    /// <param name="first">The first socket of the same device, whose registration of the frames serves this one as well.</param>
    internal static XdpSocket Open(XdpOptions options, int index, int queue, FrameRegion region, ushort flags, XdpSocket? first)
    {
        var socket = new XdpSocket(options, queue);

        try
        {
            if (first is null)
            {
                socket.Register(region);
            }

            socket.MakeRings();
            socket.SetBudgets(options.BusyPoll);
            socket.Bind(index, queue, flags, first);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Has the kernel send what was submitted; true when it wants to be asked again for the rest.</summary>
    public bool KickTransmit() =>
        Libc.sendto(Descriptor, null, 0, DontWait, null, 0) < 0 && Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR;

    /// <summary>Has the driver look for packets now: after a refill when it sleeps, or whenever it is to be busy polled.</summary>
    public void KickReceive() => Libc.recvfrom(Descriptor, null, 0, DontWait, null, null);

    /// <summary>Closes the socket; the kernel lets go of the frames.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _mappings.ForEach(mapping => mapping.Dispose());
    }

    private void Register(FrameRegion region)
    {
        IfXdp.xdp_umem_reg registration = new()
        {
            addr = region.Memory.Address,
            len = (ulong)region.Count * FrameRegion.FrameSize,
            chunk_size = FrameRegion.FrameSize,

            // In front of it the kernel leaves XDP_PACKET_HEADROOM by itself: FrameRegion.HeadRoom.
            headroom = 0,
        };
        Set(IfXdp.XDP_UMEM_REG, registration, nameof(IfXdp.XDP_UMEM_REG),
            "The frames must be locked in memory: raise the limit (ulimit -l unlimited, LimitMEMLOCK=infinity), give CAP_IPC_LOCK, or use fewer frames.");
    }

    private void MakeRings()
    {
        Set(IfXdp.XDP_UMEM_FILL_RING, _ringSize, nameof(IfXdp.XDP_UMEM_FILL_RING));
        Set(IfXdp.XDP_UMEM_COMPLETION_RING, _ringSize, nameof(IfXdp.XDP_UMEM_COMPLETION_RING));
        Set(IfXdp.XDP_RX_RING, _ringSize, nameof(IfXdp.XDP_RX_RING));
        Set(IfXdp.XDP_TX_RING, _ringSize, nameof(IfXdp.XDP_TX_RING));

        IfXdp.xdp_mmap_offsets offsets = Get<IfXdp.xdp_mmap_offsets>(IfXdp.XDP_MMAP_OFFSETS, nameof(IfXdp.XDP_MMAP_OFFSETS));
        Receive = new(Map(IfXdp.XDP_PGOFF_RX_RING, offsets.rx, sizeof(XdpDescriptor)));
        Transmit = new(Map(IfXdp.XDP_PGOFF_TX_RING, offsets.tx, sizeof(XdpDescriptor)));
        Fill = new(Map(IfXdp.XDP_UMEM_PGOFF_FILL_RING, offsets.fr, sizeof(ulong)));
        Completion = new(Map(IfXdp.XDP_UMEM_PGOFF_COMPLETION_RING, offsets.cr, sizeof(ulong)));
    }

    private RingLayout Map(long page, in IfXdp.xdp_ring_offset offsets, int entrySize)
    {
        RingMapping mapping = new(Descriptor, page, offsets, _ringSize, entrySize, $"mmap(AF_XDP ring, {_place})");
        _mappings.Add(mapping);
        return mapping.Layout;
    }

    private void SetBudgets(bool busyPoll)
    {
        // How many packets one sendto copies at most; the 32 of kernels before 6.17 will do as well.
        uint budget = Math.Min(_ringSize, 256);
        _ = Libc.setsockopt(Descriptor, IfXdp.SOL_XDP, IfXdp.XDP_MAX_TX_SKB_BUDGET, &budget, sizeof(uint));

        if (busyPoll)
        {
            const string Advice = "Busy polling needs Linux 5.11 with CONFIG_NET_RX_BUSY_POLL: do without.";
            Set(IfXdp.SO_PREFER_BUSY_POLL, 1, nameof(IfXdp.SO_PREFER_BUSY_POLL), Advice, IfXdp.SOL_SOCKET);
            Set(IfXdp.SO_BUSY_POLL, BusyPollMicroseconds, nameof(IfXdp.SO_BUSY_POLL), Advice, IfXdp.SOL_SOCKET);
            Set(IfXdp.SO_BUSY_POLL_BUDGET, BusyPollBudget, nameof(IfXdp.SO_BUSY_POLL_BUDGET), Advice, IfXdp.SOL_SOCKET);
        }
    }

    /// <summary>A socket that shares the first one's frames takes its mode and may not ask for another.</summary>
    private void Bind(int index, int queue, ushort flags, XdpSocket? first)
    {
        IfXdp.sockaddr_xdp address = new()
        {
            sxdp_family = IfXdp.AF_XDP,
            sxdp_flags = first is null ? (ushort)(flags | IfXdp.XDP_USE_NEED_WAKEUP) : IfXdp.XDP_SHARED_UMEM,
            sxdp_ifindex = (uint)index,
            sxdp_queue_id = (uint)queue,
            sxdp_shared_umem_fd = first is null ? 0 : (uint)first.Descriptor,
        };

        // A queue is free some moments after its last socket was closed: the kernel tidies up in the background.
        for (int attempt = 0; Libc.bind(Descriptor, &address, (uint)sizeof(IfXdp.sockaddr_xdp)) < 0; attempt++)
        {
            int errno = Marshal.GetLastPInvokeError();

            if (errno != Errno.EBUSY || attempt == BindAttempts)
            {
                throw SystemCallException.For($"bind(AF_XDP, {_place})", errno, BindAdvice(errno, flags));
            }

            Thread.Sleep(10);
        }

        HasMultiBuffer = (flags & IfXdp.XDP_USE_SG) != 0;
    }

    private string? BindAdvice(int errno, ushort flags) => errno switch
    {
        Errno.EBUSY => $"Another program holds this queue ({_place}): stop that one.",
        Errno.ENETDOWN => "The device is down: set it up.",
        Errno.EOPNOTSUPP or Errno.EINVAL when (flags & IfXdp.XDP_ZEROCOPY) != 0 => "The driver has no zero-copy AF_XDP: ask for copy mode, or auto.",
        Errno.EOPNOTSUPP or Errno.EINVAL => "The driver has no AF_XDP on this queue: ask for generic mode or for fewer queues.",
        _ => null,
    };

    private void Set<T>(int option, T value, string name, string? advice = null, int level = IfXdp.SOL_XDP) where T : unmanaged
    {
        if (Libc.setsockopt(Descriptor, level, option, &value, (uint)sizeof(T)) < 0)
        {
            throw SystemCallException.Last($"setsockopt({name}, {_place})", _ => advice);
        }
    }

    private T Get<T>(int option, string name) where T : unmanaged
    {
        T value;
        uint length = (uint)sizeof(T);

        return Libc.getsockopt(Descriptor, IfXdp.SOL_XDP, option, &value, &length) < 0
            ? throw SystemCallException.Last($"getsockopt({name}, {_place})") : value;
    }
}

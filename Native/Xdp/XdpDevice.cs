namespace VRouter.Native;

/// <summary>
/// A device with an XDP program on it and an AF_XDP socket on each queue. Everything goes with it: program, maps, sockets. Until a
/// queue is switched on, its packets are the kernel's.
/// </summary>
public sealed class XdpDevice : IDisposable
{
    private readonly XdpOptions _options;
    private readonly Link _link;
    private readonly int _queues;
    private readonly BpfMap _sockets;
    private readonly BpfProgram _program;
    private readonly List<XdpSocket> _open = [];
    private BpfLink? _attachment;

    private XdpDevice(XdpOptions options, Link link, int queues)
    {
        (_options, _link, _queues) = (options, link, queues);
        _sockets = BpfMap.OfSockets("vrouter_sockets", queues);
        Filter = options.TunnelsOnly ? new XdpFilter() : null;
        _program = BpfProgram.LoadXdp("vrouter", Filter is null
            ? XdpPrograms.TakeAll(_sockets) : XdpPrograms.TakeNamed(_sockets, Filter.Map, options.Vlan));
    }

    /// <summary>The mode that really runs.</summary>
    public XdpMode Mode { get; private set; }

    /// <summary>Which packets are taken, where not all are; else null.</summary>
    public XdpFilter? Filter { get; }

    /// <summary>A socket for each queue.</summary>
    public IReadOnlyList<XdpSocket> Sockets => _open;

    /// <summary>Attaches the program and binds a socket to each queue.</summary>
    /// <exception cref="SystemCallException">The device is missing, down, in use, or cannot do what is asked; the message says which.</exception>
    public static XdpDevice Open(XdpOptions options, FrameRegion region)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Queues);

        if (!int.IsPow2(options.RingSize) || options.RingSize is < 64 or > 1 << 16)
        {
            throw new ArgumentException($"a ring of '{options.Device}' has a power of two of slots, 64 to 65,536, not {options.RingSize}", nameof(options));
        }

        // Devices are found, bound to and attached to in the current thread's namespace.
        return NetworkNamespace.RunIn(options.NetworkNamespace, () => OpenHere(options, region));
    }

    /// <summary>Lets packets of a queue come to its socket.</summary>
    public void SwitchOn(int queue) => _sockets.Set((uint)queue, (uint)_open[queue].Descriptor);

    /// <summary>Leaves packets of a queue to the kernel.</summary>
    public void SwitchOff(int queue) => _sockets.Remove((uint)queue);

    /// <inheritdoc/>
    public void Dispose()
    {
        _attachment?.Dispose();
        CloseSockets();
        _program.Dispose();
        _sockets.Dispose();
        Filter?.Dispose();
    }

    private static XdpDevice OpenHere(XdpOptions options, FrameRegion region)
    {
        using Netlink netlink = new();
        using Ethtool ethtool = new();
        Link link = netlink.Links.Get(options.Device);
        int available = ethtool.Queues(options.Device), queues = options.Queues == 0 ? available : options.Queues;

        if (!link.IsUp)
        {
            throw SystemCallException.For($"bind(AF_XDP, {link.Name})", Errno.ENETDOWN, $"The device '{link.Name}' is down: set it up (ip link set dev {link.Name} up).");
        }

        if (queues > available)
        {
            throw SystemCallException.For($"bind(AF_XDP, {link.Name}, queue {available})", Errno.EINVAL, $"The device '{link.Name}' has {available} of the {queues} queues asked for: ask for no more.");
        }

        var device = new XdpDevice(options, link, queues);

        try
        {
            device.Start(region);
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private void Start(FrameRegion region)
    {
        switch (_options.Mode)
        {
            case XdpMode.Auto:
                StartBest(region);
                break;
            case XdpMode.ZeroCopy:
                Attach(IfXdp.XDP_FLAGS_DRV_MODE);
                Bind(region, XdpMode.ZeroCopy);
                break;
            case XdpMode.Copy:
                Attach(IfXdp.XDP_FLAGS_DRV_MODE);
                Bind(region, XdpMode.Copy);
                break;
            default:
                Attach(IfXdp.XDP_FLAGS_SKB_MODE);
                Bind(region, XdpMode.Generic);
                break;
        }
    }

    /// <summary>The program stays attached between attempts where it can: many drivers restart their rings for each change.</summary>
    private void StartBest(FrameRegion region)
    {
        if (Can(() => Attach(IfXdp.XDP_FLAGS_DRV_MODE)))
        {
            if (Can(() => Bind(region, XdpMode.ZeroCopy)) || Can(() => Bind(region, XdpMode.Copy)))
            {
                return;
            }

            _attachment?.Dispose();
        }

        Attach(IfXdp.XDP_FLAGS_SKB_MODE);
        Bind(region, XdpMode.Generic);
    }

    private void Attach(uint flags) => _attachment = BpfLink.AttachXdp(_program, _link, flags);

    /// <summary>With chains of frames where the kernel (6.6 on) and the driver can, else without.</summary>
    private void Bind(FrameRegion region, XdpMode mode)
    {
        ushort flags = mode == XdpMode.ZeroCopy ? IfXdp.XDP_ZEROCOPY : IfXdp.XDP_COPY;

        if (!Can(() => BindAll(region, (ushort)(flags | IfXdp.XDP_USE_SG))))
        {
            BindAll(region, flags);
        }

        Mode = mode == XdpMode.Generic ? mode : _open[0].IsZeroCopy ? XdpMode.ZeroCopy : XdpMode.Copy;
    }

    private void BindAll(FrameRegion region, ushort flags)
    {
        try
        {
            for (int queue = 0; queue < _queues; queue++)
            {
                _open.Add(XdpSocket.Open(_options, _link.Index, queue, region, flags, _open.FirstOrDefault()));
            }
        }
        catch
        {
            CloseSockets();
            throw;
        }
    }

    private void CloseSockets()
    {
        _open.ForEach(socket => socket.Dispose());
        _open.Clear();
    }

    /// <summary>Whether it works; what another mode would not mend is thrown on.</summary>
    private static bool Can(Action attempt)
    {
        try
        {
            attempt();
            return true;
        }
        catch (SystemCallException e) when (e.Errno is Errno.EOPNOTSUPP or Errno.EINVAL or Errno.ERANGE or Errno.ENOSPC)
        {
            return false;
        }
    }
}

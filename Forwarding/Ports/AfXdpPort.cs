using System.Net;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>A port on a network device by AF_XDP: fabric NICs, veth.</summary>
public sealed class AfXdpPort : IPort
{
    private readonly XdpOptions _options;
    private readonly FrameRegion _region;
    private readonly PortLink _link;
    private readonly XdpDevice _device;
    private readonly HashSet<(IPAddress Address, byte Protocol, ushort Port)> _tunnels = [];

    /// <summary>Attaches to the device. Its packets stay with the kernel until queues are opened.</summary>
    /// <param name="options">The device and how it is used.</param>
    /// <param name="region">The frames, which the kernel is to write to and read from.</param>
    /// <exception cref="SystemCallException">The device is missing, down, in use or without AF_XDP; the message says which.</exception>
    public AfXdpPort(XdpOptions options, FrameRegion region)
    {
        (_options, _region) = (options, region);
        _link = new PortLink(options.Device, options.NetworkNamespace);

        try
        {
            _device = XdpDevice.Open(options, region);
        }
        catch
        {
            _link.Dispose();
            throw;
        }
    }

    /// <summary>The mode that really runs: never <see cref="XdpMode.Auto"/>.</summary>
    public XdpMode Mode => _device.Mode;

    /// <inheritdoc/>
    public string Description =>
        $"af_xdp {_options.Device} ({ModeName}, {QueueCount} {(QueueCount == 1 ? "queue" : "queues")}{(_options.BusyPoll ? ", busy polling" : "")}{(_options.TunnelsOnly ? ", tunnels only" : "")})";

    /// <inheritdoc/>
    public PortCapabilities Capabilities => _device.Sockets[0].HasMultiBuffer ? PortCapabilities.Chains : PortCapabilities.None;

    /// <inheritdoc/>
    public int QueueCount => _device.Sockets.Count;

    /// <inheritdoc/>
    public bool IsUp => _link.IsUp;

    /// <summary>The Ethernet address of the device.</summary>
    public MacAddress MacAddress => _link.MacAddress;

    /// <summary>The largest layer 3 packet in bytes.</summary>
    public int Mtu => _link.Mtu;

    private string ModeName => Mode switch
    {
        XdpMode.ZeroCopy => "zero-copy",
        XdpMode.Copy => "copy",
        _ => "generic",
    };

    /// <summary>What the kernel lost on a queue before it came here.</summary>
    public XdpStatistics Statistics(int queue) => _device.Sockets[queue].Statistics;

    /// <summary>
    /// With tunnels only: takes the tunnel packets to these addresses (VXLAN, MPLS over UDP, MPLS over GRE) and leaves those to
    /// addresses given before to the kernel again. Without, everything is taken anyway.
    /// </summary>
    public void TakeTunnels(IEnumerable<IpAddress> endpoints, ushort mplsOverUdpPort = TunnelPort.Mpls)
    {
        if (_device.Filter is null)
        {
            return;
        }

        HashSet<(IPAddress, byte, ushort)> wanted = [.. endpoints.SelectMany(address => TunnelTraffic.To(address, mplsOverUdpPort))];

        foreach ((IPAddress address, byte protocol, ushort port) in wanted.Except(_tunnels))
        {
            _device.Filter.Take(address, protocol, port);
        }

        foreach ((IPAddress address, byte protocol, ushort port) in _tunnels.Except(wanted))
        {
            _device.Filter.Leave(address, protocol, port);
        }

        _tunnels.Clear();
        _tunnels.UnionWith(wanted);
    }

    /// <summary>With tunnels only: takes what a floating IP or source NAT owns; see <see cref="XdpFilter.Take"/>.</summary>
    public void Take(IpAddress address, byte protocol, ushort port) => _device.Filter?.Take(TunnelTraffic.Convert(address), protocol, port);

    /// <summary>Leaves it to the kernel again.</summary>
    public void Leave(IpAddress address, byte protocol, ushort port) => _device.Filter?.Leave(TunnelTraffic.Convert(address), protocol, port);

    /// <inheritdoc/>
    public IPortQueue OpenQueue(int queue, FrameCache frames)
    {
        if (frames.Region != _region)
        {
            throw new ArgumentException("the frames must be of the region that the port was made with", nameof(frames));
        }

        return new AfXdpPortQueue(_device, queue, frames, _options.BusyPoll);
    }

    /// <summary>Takes the program from the device, whose packets are the kernel's again. Its queues are disposed of before.</summary>
    public void Dispose()
    {
        _device.Dispose();
        _link.Dispose();
    }
}

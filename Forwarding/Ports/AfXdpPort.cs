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
    private HashSet<(IPAddress Address, byte Protocol, ushort Port)> _tunnels = [];
    private HashSet<(IPAddress Address, byte Protocol, ushort Port)> _owned = [];

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
    public void TakeTunnels(IEnumerable<IpAddress> endpoints, ushort mplsOverUdpPort = TunnelPort.Mpls) =>
        TakeOnly([.. endpoints.SelectMany(address => TunnelTraffic.To(address, mplsOverUdpPort))], _owned);

    /// <summary>
    /// With tunnels only: takes what floating IPs and source NATs own, by address, protocol and port as <see cref="XdpFilter.Take"/> has them, and
    /// leaves what they owned before to the kernel again.
    /// </summary>
    public void TakeOwned(IEnumerable<(IpAddress Address, byte Protocol, ushort Port)> owned) =>
        TakeOnly(_tunnels, [.. owned.Select(taken => (TunnelTraffic.Convert(taken.Address), taken.Protocol, taken.Port))]);

    private void TakeOnly(HashSet<(IPAddress Address, byte Protocol, ushort Port)> tunnels, HashSet<(IPAddress Address, byte Protocol, ushort Port)> owned)
    {
        if (_device.Filter is null)
        {
            return;
        }

        HashSet<(IPAddress, byte, ushort)> before = [.. _tunnels, .. _owned];
        HashSet<(IPAddress, byte, ushort)> wanted = [.. tunnels, .. owned];

        foreach ((IPAddress address, byte protocol, ushort port) in wanted.Except(before))
        {
            _device.Filter.Take(address, protocol, port);
        }

        foreach ((IPAddress address, byte protocol, ushort port) in before.Except(wanted))
        {
            _device.Filter.Leave(address, protocol, port);
        }

        (_tunnels, _owned) = (tunnels, owned);
    }

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

using System.Net.NetworkInformation;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>A port on a TAP device: pods, virtual machines, the host.</summary>
public sealed class TapPort : IPort
{
    private readonly TapDevice _device;
    private readonly PortLink _link;

    /// <summary>Makes the device or attaches to it.</summary>
    /// <exception cref="SystemCallException">It cannot be had; the message says why and what to do.</exception>
    public TapPort(TapOptions options)
    {
        _device = TapDevice.Open(options.Device, options.Queues, !options.OffloadsDisabled, options.NetworkNamespace);

        try
        {
            _link = new PortLink(_device.Name, options.NetworkNamespace);
            Configure(options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device's name.</summary>
    public string Device => _device.Name;

    /// <inheritdoc/>
    public string Description =>
        $"tap {_device.Name} ({(_device.IsOwn ? "own" : "attached")}, {QueueCount} {(QueueCount == 1 ? "queue" : "queues")}{(_device.HasHeader ? "" : ", no offloads")})";

    /// <inheritdoc/>
    public PortCapabilities Capabilities =>
        PortCapabilities.Chains | (_device.HasHeader ? PortCapabilities.ChecksumPartial | PortCapabilities.Gso : PortCapabilities.None);

    /// <inheritdoc/>
    public int QueueCount => _device.QueueCount;

    /// <inheritdoc/>
    public bool IsUp => _link.IsUp;

    /// <summary>The Ethernet address of the device: the guest's.</summary>
    public MacAddress MacAddress => _link.MacAddress;

    /// <summary>The largest layer 3 packet in bytes.</summary>
    public int Mtu => _link.Mtu;

    /// <inheritdoc/>
    public IPortQueue OpenQueue(int queue, FrameCache frames) => new TapPortQueue(_device.OpenQueue(queue, frames), frames);

    /// <inheritdoc/>
    public void Dispose()
    {
        _link?.Dispose();
        _device.Dispose();
    }

    /// <summary>A device that was there before is set up or down by its owner.</summary>
    private void Configure(TapOptions options)
    {
        Links links = _link.Netlink.Links;

        if (options.Mac is MacAddress mac)
        {
            byte[] octets = new byte[6];
            mac.CopyTo(octets);
            links.SetMac(_device.Name, new PhysicalAddress(octets));
        }

        if (options.Mtu is int mtu)
        {
            links.SetMtu(_device.Name, mtu);
        }

        if (_device.IsOwn)
        {
            links.SetUp(_device.Name);
        }
    }
}

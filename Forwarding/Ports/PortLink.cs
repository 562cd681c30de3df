using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>The network device behind a kernel port, as its namespace knows it at the moment it is asked.</summary>
internal sealed class PortLink : IDisposable
{
    private readonly Netlink _netlink;
    private Link _last;

    internal PortLink(string device, string? networkNamespace)
    {
        _netlink = new Netlink(networkNamespace);

        try
        {
            _last = _netlink.Links.Get(device);
        }
        catch
        {
            _netlink.Dispose();
            throw;
        }
    }

    internal Netlink Netlink => _netlink;

    internal bool IsUp => Refresh() is { IsRunning: true };

    internal int Mtu => (Refresh() ?? _last).Mtu;

    internal MacAddress MacAddress
    {
        get
        {
            byte[] octets = (Refresh() ?? _last).Mac.GetAddressBytes();
            return octets.Length == 6 ? MacAddress.FromBytes(octets) : default;
        }
    }

    public void Dispose() => _netlink.Dispose();

    /// <summary>Null when the device is gone.</summary>
    private Link? Refresh()
    {
        Link? link = _netlink.Links.Find(_last.Index);
        _last = link ?? _last;
        return link;
    }
}

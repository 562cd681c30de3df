using System.Net;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>The kernel's neighbour table behind one device, for a vif that leaves all but tunnels to the kernel.</summary>
internal sealed class KernelResolver : IDisposable
{
    private readonly Netlink _netlink = new();
    private readonly NeighbourWatch _watch;
    private readonly string _device;
    private readonly int _deviceIndex;

    public KernelResolver(ushort vif, string device)
    {
        Vif = vif;
        _device = device;

        try
        {
            _deviceIndex = _netlink.Links.Get(device).Index;
            _watch = _netlink.WatchNeighbours();
        }
        catch
        {
            _netlink.Dispose();
            throw;
        }
    }

    /// <summary>The index of the vif.</summary>
    public ushort Vif { get; }

    /// <summary>Has the kernel resolve an address; what it knows then, or later, comes with <see cref="Read"/>.</summary>
    public void Resolve(IpAddress address)
    {
        byte[] bytes = new byte[address.Bits / 8];
        address.CopyTo(bytes);

        try
        {
            _netlink.Neighbours.Resolve(_device, new IPAddress(bytes));
        }
        catch (SystemCallException)
        {
            // The device is gone or the address is not on it: nobody answers, and who waits is dropped for it.
        }
    }

    /// <summary>What the kernel has learned since the last call, or, with <paramref name="all"/>, all it knows.</summary>
    public IEnumerable<(IpAddress Address, MacAddress Mac)> Read(bool all)
    {
        IReadOnlyList<NeighbourChange> changes = _watch.Read();

        IEnumerable<Neighbour> known = all || changes.Any(change => change.IsLost)
            ? _netlink.Neighbours.List()
            : changes.Where(change => !change.IsRemoved).Select(change => change.Neighbour!);

        return known.Where(neighbour => neighbour.Device == _deviceIndex && neighbour.IsValid).Select(Convert);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _netlink.Dispose();
    }

    private static (IpAddress Address, MacAddress Mac) Convert(Neighbour neighbour)
    {
        byte[] octets = neighbour.Mac!.GetAddressBytes();
        return (IpAddress.FromBytes(neighbour.Address.GetAddressBytes()), octets.Length == 6 ? MacAddress.FromBytes(octets) : default);
    }
}

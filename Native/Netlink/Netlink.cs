namespace VRouter.Native;

/// <summary>
/// The kernel's own network configuration in one namespace: links, addresses, routes, neighbours. For the control side; any
/// thread may call it.
/// </summary>
public sealed class Netlink : IDisposable
{
    private readonly NetlinkSocket _socket;

    /// <summary>Opens a namespace's configuration: by name in /run/netns, by path, or, with none given, the current one.</summary>
    /// <exception cref="SystemCallException">There is no such namespace, or it may not be entered.</exception>
    public Netlink(string? networkNamespace = null)
    {
        NetworkNamespace = networkNamespace;
        _socket = new NetlinkSocket(networkNamespace);
        Links = new Links(_socket);
        Addresses = new Addresses(_socket, Links);
        Routes = new Routes(_socket, Links);
        Neighbours = new Neighbours(_socket, Links);
    }

    /// <summary>The namespace, as it was given.</summary>
    public string? NetworkNamespace { get; }

    /// <summary>Network devices.</summary>
    public Links Links { get; }

    /// <summary>Addresses of devices.</summary>
    public Addresses Addresses { get; }

    /// <summary>Routes of the main tables.</summary>
    public Routes Routes { get; }

    /// <summary>ARP and ND tables.</summary>
    public Neighbours Neighbours { get; }

    /// <summary>Begins to listen for changes of the neighbour tables.</summary>
    public NeighbourWatch WatchNeighbours() => new(NetworkNamespace);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}

using System.Net.NetworkInformation;
using static VRouter.Native.Rtnetlink;

namespace VRouter.Native;

/// <summary>The network devices of a namespace. Devices are named; a name that is not there is a <see cref="SystemCallException"/>.</summary>
public sealed class Links
{
    private readonly NetlinkSocket _socket;

    internal Links(NetlinkSocket socket) => _socket = socket;

    /// <summary>All devices.</summary>
    public IReadOnlyList<Link> List() =>
        _socket.Request(new NetlinkMessage(RTM_GETLINK, NLM_F_DUMP, "netlink RTM_GETLINK").Append(default(ifinfomsg))).ConvertAll(Link.From);

    /// <summary>The device of that name.</summary>
    /// <exception cref="SystemCallException">There is none.</exception>
    public Link Get(string name) =>
        Link.From(_socket.Request(Named(RTM_GETLINK, name)).Single(reply => reply.Type == RTM_NEWLINK));

    /// <summary>The device of that name, or null.</summary>
    public Link? Find(string name) => OrNull(() => Get(name));

    /// <summary>The device of that number, or null when it is gone.</summary>
    public Link? Find(int index) => OrNull(() => Link.From(_socket.Request(
        new NetlinkMessage(RTM_GETLINK, NLM_F_ACK, $"netlink RTM_GETLINK {index}").Append(new ifinfomsg { ifi_index = index })).Single(reply => reply.Type == RTM_NEWLINK)));

    /// <summary>Makes two devices; what is sent into one comes out of the other.</summary>
    /// <param name="name">The end in this namespace.</param>
    /// <param name="peer">The other end.</param>
    /// <param name="peerNamespace">Where the other end is put; null = here.</param>
    /// <param name="queues">Receive and transmit queues of each end.</param>
    public void CreateVeth(string name, string peer, NetworkNamespace? peerNamespace = null, int queues = 1) =>
        Create("veth", name, queues, data => data.Nested(VETH_INFO_PEER, inside =>
        {
            Queues(inside.Append(default(ifinfomsg)).Attribute(IFLA_IFNAME, peer), queues);

            if (peerNamespace is not null)
            {
                inside.Attribute(IFLA_NET_NS_FD, peerNamespace.Descriptor);
            }
        }));

    /// <summary>Makes a VXLAN tunnel endpoint (RFC 7348).</summary>
    public void CreateVxlan(string name, Vxlan tunnel) => Create("vxlan", name, queues: 0, tunnel.Write);

    /// <summary>Makes a bridge.</summary>
    public void CreateBridge(string name) => Create("bridge", name, queues: 0, data: null);

    /// <summary>Makes a device that swallows what it is given.</summary>
    public void CreateDummy(string name) => Create("dummy", name, queues: 0, data: null);

    /// <summary>Removes a device; of a veth pair, both ends.</summary>
    public void Delete(string name) => _socket.Request(Named(RTM_DELLINK, name));

    /// <summary>Sets a device up.</summary>
    public void SetUp(string name) => _socket.Request(Named(RTM_SETLINK, name, IFF_UP, IFF_UP));

    /// <summary>Sets a device down.</summary>
    public void SetDown(string name) => _socket.Request(Named(RTM_SETLINK, name, 0, IFF_UP));

    /// <summary>Changes a device's Ethernet address.</summary>
    public void SetMac(string name, PhysicalAddress mac) =>
        _socket.Request(Named(RTM_SETLINK, name).Attribute(IFLA_ADDRESS, mac.GetAddressBytes()));

    /// <summary>Changes the largest layer 3 packet a device takes.</summary>
    public void SetMtu(string name, int mtu) => _socket.Request(Named(RTM_SETLINK, name).Attribute(IFLA_MTU, (uint)mtu));

    /// <summary>Puts a device under a bridge, or, with null, on its own again.</summary>
    public void SetMaster(string name, string? bridge) =>
        _socket.Request(Named(RTM_SETLINK, name).Attribute(IFLA_MASTER, bridge is null ? 0 : Get(bridge).Index));

    /// <summary>Moves a device to another namespace; it is down there.</summary>
    public void Move(string name, NetworkNamespace destination) =>
        _socket.Request(Named(RTM_SETLINK, name).Attribute(IFLA_NET_NS_FD, destination.Descriptor));

    private void Create(string kind, string name, int queues, Action<NetlinkMessage>? data)
    {
        NetlinkMessage message = new NetlinkMessage(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, $"netlink RTM_NEWLINK {kind} {name}")
            .Append(default(ifinfomsg)).Attribute(IFLA_IFNAME, name);

        Queues(message, queues).Nested(IFLA_LINKINFO, information =>
        {
            information.Attribute(IFLA_INFO_KIND, kind);

            if (data is not null)
            {
                information.Nested(IFLA_INFO_DATA, data);
            }
        });

        _socket.Request(message);
    }

    private static NetlinkMessage Queues(NetlinkMessage message, int queues) => queues == 0 ? message
        : message.Attribute(IFLA_NUM_TX_QUEUES, (uint)queues).Attribute(IFLA_NUM_RX_QUEUES, (uint)queues);

    private static NetlinkMessage Named(ushort type, string name, uint flags = 0, uint change = 0) =>
        new NetlinkMessage(type, NLM_F_ACK, $"netlink {TypeName(type)} {name}")
            .Append(new ifinfomsg { ifi_flags = flags, ifi_change = change }).Attribute(IFLA_IFNAME, name);

    private static string TypeName(ushort type) => type switch
    {
        RTM_GETLINK => nameof(RTM_GETLINK),
        RTM_DELLINK => nameof(RTM_DELLINK),
        _ => nameof(RTM_SETLINK),
    };

    private static Link? OrNull(Func<Link> get)
    {
        try
        {
            return get();
        }
        catch (SystemCallException e) when (e.Errno == Errno.ENODEV)
        {
            return null;
        }
    }
}

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using static VRouter.Native.Rtnetlink;

namespace VRouter.Native;

/// <summary>The kernel's ARP and ND tables in a namespace.</summary>
public sealed class Neighbours
{
    private readonly NetlinkSocket _socket;
    private readonly Links _links;

    internal Neighbours(NetlinkSocket socket, Links links) => (_socket, _links) = (socket, links);

    /// <summary>All entries of both families.</summary>
    public IReadOnlyList<Neighbour> List() =>
    [
        .. _socket.Request(new NetlinkMessage(RTM_GETNEIGH, NLM_F_DUMP, "netlink RTM_GETNEIGH").Append(default(ndmsg)))
            .Select(Neighbour.From).OfType<Neighbour>(),
    ];

    /// <summary>Enters a neighbour for good, or corrects the entry there is.</summary>
    public void Set(string device, IPAddress address, PhysicalAddress mac) =>
        _socket.Request(Write(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, device, address, NUD_PERMANENT).Attribute(NDA_LLADDR, mac.GetAddressBytes()));

    /// <summary>Has the kernel find a neighbour out, as if it had a packet for it. The answer shows in the table and to watchers.</summary>
    public void Resolve(string device, IPAddress address) =>
        _socket.Request(Write(RTM_NEWNEIGH, NLM_F_CREATE, device, address, state: 0, NTF_USE));

    /// <summary>Removes an entry.</summary>
    public void Delete(string device, IPAddress address) => _socket.Request(Write(RTM_DELNEIGH, 0, device, address, state: 0));

    private NetlinkMessage Write(ushort type, ushort flags, string device, IPAddress address, ushort state, byte use = 0)
    {
        string verb = type == RTM_NEWNEIGH ? nameof(RTM_NEWNEIGH) : nameof(RTM_DELNEIGH);

        return new NetlinkMessage(type, (ushort)(flags | NLM_F_ACK), $"netlink {verb} {address} {device}")
            .Append(new ndmsg
            {
                ndm_family = (byte)(address.AddressFamily == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET),
                ndm_ifindex = _links.Get(device).Index,
                ndm_state = state,
                ndm_flags = use,
            })
            .Attribute(NDA_DST, address);
    }
}

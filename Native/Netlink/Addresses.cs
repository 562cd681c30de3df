using System.Net;
using System.Net.Sockets;
using static VRouter.Native.Rtnetlink;

namespace VRouter.Native;

/// <summary>The addresses of a namespace's devices.</summary>
public sealed class Addresses
{
    private readonly NetlinkSocket _socket;
    private readonly Links _links;

    internal Addresses(NetlinkSocket socket, Links links) => (_socket, _links) = (socket, links);

    /// <summary>All addresses, of both families.</summary>
    public IReadOnlyList<InterfaceAddress> List() =>
        _socket.Request(new NetlinkMessage(RTM_GETADDR, NLM_F_DUMP, "netlink RTM_GETADDR").Append(default(ifaddrmsg))).ConvertAll(Read);

    /// <summary>Gives a device an address. It is used at once, without asking whether somebody else has it (RFC 4862 section 5.4).</summary>
    public void Add(string device, IPAddress address, int prefixLength) =>
        _socket.Request(Write(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, device, address, prefixLength));

    /// <summary>Takes an address from a device.</summary>
    public void Delete(string device, IPAddress address, int prefixLength) =>
        _socket.Request(Write(RTM_DELADDR, 0, device, address, prefixLength));

    private NetlinkMessage Write(ushort type, ushort flags, string device, IPAddress address, int prefixLength)
    {
        string verb = type == RTM_NEWADDR ? nameof(RTM_NEWADDR) : nameof(RTM_DELADDR);

        return new NetlinkMessage(type, (ushort)(flags | NLM_F_ACK), $"netlink {verb} {address}/{prefixLength} {device}")
            .Append(new ifaddrmsg
            {
                ifa_family = (byte)(address.AddressFamily == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET),
                ifa_prefixlen = (byte)prefixLength,
                ifa_flags = IFA_F_NODAD,
                ifa_index = _links.Get(device).Index,
            })
            .Attribute(IFA_LOCAL, address).Attribute(IFA_ADDRESS, address);
    }

    private static InterfaceAddress Read(NetlinkReply reply)
    {
        NetlinkAttributes attributes = reply.Read(out ifaddrmsg message);
        IPAddress? local = null, address = null;

        while (attributes.MoveNext())
        {
            local = attributes.Type == IFA_LOCAL ? new IPAddress(attributes.Value) : local;
            address = attributes.Type == IFA_ADDRESS ? new IPAddress(attributes.Value) : address;
        }

        // IFA_ADDRESS is the peer's on a point-to-point link; IFA_LOCAL is given by IPv4 only.
        return new InterfaceAddress(message.ifa_index, local ?? address ?? IPAddress.None, message.ifa_prefixlen);
    }
}

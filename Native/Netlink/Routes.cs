using System.Net;
using System.Net.Sockets;
using static VRouter.Native.Rtnetlink;

namespace VRouter.Native;

/// <summary>The main routing tables of a namespace, IPv4 and IPv6.</summary>
public sealed class Routes
{
    /// <summary>0.0.0.0/0: the default route's destination.</summary>
    public static readonly IPNetwork Default = new(IPAddress.Any, 0);

    /// <summary>::/0.</summary>
    public static readonly IPNetwork DefaultIpv6 = new(IPAddress.IPv6Any, 0);

    private readonly NetlinkSocket _socket;
    private readonly Links _links;

    internal Routes(NetlinkSocket socket, Links links) => (_socket, _links) = (socket, links);

    /// <summary>All unicast routes of the main tables.</summary>
    public IReadOnlyList<Route> List() =>
    [
        .. _socket.Request(new NetlinkMessage(RTM_GETROUTE, NLM_F_DUMP, "netlink RTM_GETROUTE").Append(default(rtmsg)))
            .Select(Read).OfType<Route>(),
    ];

    /// <summary>Adds a route: by a gateway, directly on a device, or both.</summary>
    public void Add(IPNetwork destination, IPAddress? gateway, string? device = null)
    {
        NetlinkMessage message = Write(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, destination, gateway is null ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE);

        if (gateway is not null)
        {
            message.Attribute(RTA_GATEWAY, gateway);
        }

        if (device is not null)
        {
            message.Attribute(RTA_OIF, _links.Get(device).Index);
        }

        _socket.Request(message);
    }

    /// <summary>Removes the route to exactly this destination.</summary>
    public void Delete(IPNetwork destination) =>
        _socket.Request(Write(RTM_DELROUTE, 0, destination, scope: 255));       // RT_SCOPE_NOWHERE matches every scope

    private static NetlinkMessage Write(ushort type, ushort flags, IPNetwork destination, byte scope)
    {
        string verb = type == RTM_NEWROUTE ? nameof(RTM_NEWROUTE) : nameof(RTM_DELROUTE);

        return new NetlinkMessage(type, (ushort)(flags | NLM_F_ACK), $"netlink {verb} {destination}")
            .Append(new rtmsg
            {
                rtm_family = (byte)(destination.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET),
                rtm_dst_len = (byte)destination.PrefixLength,
                rtm_table = RT_TABLE_MAIN,
                rtm_protocol = type == RTM_NEWROUTE ? RTPROT_STATIC : (byte)0,
                rtm_scope = scope,
                rtm_type = type == RTM_NEWROUTE ? RTN_UNICAST : (byte)0,
            })
            .Attribute(RTA_DST, destination.BaseAddress);
    }

    private static Route? Read(NetlinkReply reply)
    {
        NetlinkAttributes attributes = reply.Read(out rtmsg message);
        IPAddress destination = message.rtm_family == AF_INET6 ? IPAddress.IPv6Any : IPAddress.Any;
        IPAddress? gateway = null;
        uint device = 0, table = message.rtm_table;

        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case RTA_DST:
                    destination = new IPAddress(attributes.Value);
                    break;
                case RTA_GATEWAY:
                    gateway = new IPAddress(attributes.Value);
                    break;
                case RTA_OIF:
                    device = attributes.Number;
                    break;
                case RTA_TABLE:
                    table = attributes.Number;
                    break;
            }
        }

        bool listed = table == RT_TABLE_MAIN && message is { rtm_type: RTN_UNICAST, rtm_family: AF_INET or AF_INET6 };

        return listed ? new Route(new IPNetwork(destination, message.rtm_dst_len), gateway, (int)device) : null;
    }
}

using System.Net;
using System.Net.Sockets;
using static VRouter.Native.Rtnetlink;

namespace VRouter.Native;

/// <summary>What a VXLAN device of the kernel is to be.</summary>
/// <param name="Vni">The network identifier, 24 bits.</param>
/// <param name="Local">The address it sends from.</param>
/// <param name="Remote">Where it sends what it knows no better place for; null = nowhere.</param>
/// <param name="Port">The UDP port.</param>
/// <param name="Learning">Whether it learns where MAC addresses are.</param>
public sealed record Vxlan(uint Vni, IPAddress Local, IPAddress? Remote = null, ushort Port = 4789, bool Learning = true)
{
    internal void Write(NetlinkMessage message)
    {
        bool v6 = Local.AddressFamily == AddressFamily.InterNetworkV6;

        message.Attribute(IFLA_VXLAN_ID, Vni)
            .Attribute(v6 ? IFLA_VXLAN_LOCAL6 : IFLA_VXLAN_LOCAL, Local)
            .Attribute(IFLA_VXLAN_LEARNING, (byte)(Learning ? 1 : 0))
            .Attribute(IFLA_VXLAN_PORT, (ushort)IPAddress.HostToNetworkOrder((short)Port));

        if (Remote is not null)
        {
            message.Attribute(v6 ? IFLA_VXLAN_GROUP6 : IFLA_VXLAN_GROUP, Remote);
        }

        if (v6)
        {
            message.Attribute(IFLA_VXLAN_UDP_ZERO_CSUM6_RX, (byte)1);     // what RFC 6935 lets tunnels send
        }
    }
}

using System.Net.NetworkInformation;

namespace VRouter.Native;

/// <summary>A network device as the kernel describes it.</summary>
/// <param name="Index">Its number in its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Mac">Its Ethernet address; empty for devices without one.</param>
/// <param name="Mtu">The largest layer 3 packet in bytes.</param>
/// <param name="IsUp">Whether it was set up.</param>
/// <param name="IsRunning">Whether it is up and has a carrier.</param>
/// <param name="ReceiveQueues">Receive queues it was made with; <see cref="Ethtool.Queues"/> tells how many are in use.</param>
/// <param name="TransmitQueues">Transmit queues it was made with.</param>
/// <param name="Kind">"veth", "vxlan", "tun", ...; empty for hardware.</param>
/// <param name="XdpProgram">The id of the XDP program attached to it; 0 = none.</param>
public sealed record Link(
    int Index, string Name, PhysicalAddress Mac, int Mtu, bool IsUp, bool IsRunning,
    int ReceiveQueues, int TransmitQueues, string Kind, uint XdpProgram)
{
    internal static Link From(NetlinkReply reply)
    {
        NetlinkAttributes attributes = reply.Read(out Rtnetlink.ifinfomsg info);
        Link link = new(info.ifi_index, "", PhysicalAddress.None, 0, (info.ifi_flags & Rtnetlink.IFF_UP) != 0,
            (info.ifi_flags & (Rtnetlink.IFF_UP | Rtnetlink.IFF_RUNNING)) == (Rtnetlink.IFF_UP | Rtnetlink.IFF_RUNNING), 0, 0, "", 0);

        while (attributes.MoveNext())
        {
            link = attributes.Type switch
            {
                Rtnetlink.IFLA_IFNAME => link with { Name = attributes.Text },
                Rtnetlink.IFLA_ADDRESS => link with { Mac = new PhysicalAddress(attributes.Value.ToArray()) },
                Rtnetlink.IFLA_MTU => link with { Mtu = (int)attributes.Number },
                Rtnetlink.IFLA_NUM_RX_QUEUES => link with { ReceiveQueues = (int)attributes.Number },
                Rtnetlink.IFLA_NUM_TX_QUEUES => link with { TransmitQueues = (int)attributes.Number },
                Rtnetlink.IFLA_LINKINFO => link with { Kind = KindIn(attributes.Value) },
                Rtnetlink.IFLA_XDP => link with { XdpProgram = ProgramIn(attributes.Value) },
                _ => link,
            };
        }

        return link;
    }

    private static string KindIn(ReadOnlySpan<byte> information)
    {
        NetlinkAttributes inside = new(information);

        while (inside.MoveNext())
        {
            if (inside.Type == Rtnetlink.IFLA_INFO_KIND)
            {
                return inside.Text;
            }
        }

        return "";
    }

    private static uint ProgramIn(ReadOnlySpan<byte> xdp)
    {
        NetlinkAttributes inside = new(xdp);

        while (inside.MoveNext())
        {
            if (inside.Type == Rtnetlink.IFLA_XDP_PROG_ID)
            {
                return inside.Number;
            }
        }

        return 0;
    }
}

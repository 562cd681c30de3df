using System.Net;
using System.Net.NetworkInformation;
using static VRouter.Native.Rtnetlink;

namespace VRouter.Native;

/// <summary>An entry of the kernel's ARP or ND table.</summary>
/// <param name="Device">The number of the device it is on.</param>
/// <param name="Address">Its IP address.</param>
/// <param name="Mac">Its Ethernet address, or null while unknown.</param>
/// <param name="State">What is known of it.</param>
public sealed record Neighbour(int Device, IPAddress Address, PhysicalAddress? Mac, NeighbourState State)
{
    private const NeighbourState Valid = NeighbourState.Permanent | NeighbourState.NoArp | NeighbourState.Reachable
        | NeighbourState.Probe | NeighbourState.Stale | NeighbourState.Delay;

    /// <summary>Whether its Ethernet address may be used (NUD_VALID).</summary>
    public bool IsValid => Mac is not null && (State & Valid) != 0;

    /// <summary>Null for entries that are not of IPv4 or IPv6 (bridge tables speak the same language).</summary>
    internal static Neighbour? From(NetlinkReply reply)
    {
        NetlinkAttributes attributes = reply.Read(out ndmsg message);
        IPAddress? address = null;
        PhysicalAddress? mac = null;

        while (attributes.MoveNext())
        {
            address = attributes.Type == NDA_DST ? new IPAddress(attributes.Value) : address;
            mac = attributes.Type == NDA_LLADDR ? new PhysicalAddress(attributes.Value.ToArray()) : mac;
        }

        return address is null || message.ndm_family is not (AF_INET or AF_INET6) ? null
            : new Neighbour(message.ndm_ifindex, address, mac, (NeighbourState)message.ndm_state);
    }
}

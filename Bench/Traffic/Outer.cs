using VRouter.Bench.Scenarios;
using VRouter.Encap;

namespace VRouter.Bench.Traffic;

/// <summary>The outer headers of packets that arrive from other nodes.</summary>
internal static class Outer
{
    /// <summary>Bytes of Ethernet, IPv4 and UDP.</summary>
    public const int UdpSize = EthernetHeader.Size + Ipv4Header.Size + UdpHeader.Size;

    /// <summary>Bytes of these and VXLAN's.</summary>
    public const int VxlanSize = UdpSize + VxlanHeader.Size;

    /// <summary>Bytes of these and one label.</summary>
    public const int MplsSize = UdpSize + MplsHeader.Size;

    // One value for all: a vif that takes an MPLS packet in writes its Ethernet header over the port, which is restored (see Restorer).
    private const ushort EntropyPort = 0xC123;

    /// <summary>Writes all of them up to VXLAN's, from the flow's node to this one, in front of what follows in the packet.</summary>
    public static void WriteVxlan(Span<byte> packet, int flow)
    {
        Write(packet, flow, VxlanHeader.UdpPort);
        FrameWriter.Write(packet[UdpSize..], new VxlanHeader(Site.Vni));
    }

    /// <summary>Writes Ethernet, IPv4 and UDP from the flow's node to this one, in front of what follows in the packet.</summary>
    public static void Write(Span<byte> packet, int flow, ushort port)
    {
        int ipBytes = packet.Length - EthernetHeader.Size;
        var ip = new Ipv4Header(IpProtocol.Udp, Site.NodeAddress(Site.NodeOf(flow)).Ipv4, Site.FabricAddress.Ipv4, ipBytes) { Id = (ushort)(flow + 1) };
        ip.SetChecksum();

        FrameWriter.Write(packet, new EthernetHeader(Site.FabricMac, Site.GatewayMac, EtherType.Ipv4));
        FrameWriter.Write(packet[EthernetHeader.Size..], ip);
        FrameWriter.Write(packet[(EthernetHeader.Size + Ipv4Header.Size)..], new UdpHeader(EntropyPort, port, ipBytes - Ipv4Header.Size));
    }
}

using System.Runtime.InteropServices;
using VRouter.Bench.Scenarios;
using VRouter.Encap;

namespace VRouter.Bench.Traffic;

/// <summary>Writes the frames that tenants send.</summary>
internal static class FrameWriter
{
    // The checksum that every inner header has: its id is chosen so. Then what a walk changes is the same in all packets.
    private const ushort Checksum = 0xBEEF;

    private const byte Experimental = 253;  // RFC 3692: for experimentation and testing

    /// <summary>Writes a header at the start of <paramref name="bytes"/>.</summary>
    public static void Write<THeader>(Span<byte> bytes, THeader header) where THeader : unmanaged => MemoryMarshal.Write(bytes, header);

    /// <summary>Writes the whole Ethernet frame of a flow, to the vRouter, that fills <paramref name="frame"/>.</summary>
    public static void WriteTenantFrame(Span<byte> frame, int flow, MacAddress from, IpAddress source)
    {
        Write(frame, new EthernetHeader(Site.VirtualMac, from, EtherType.Ipv4));
        WriteTenantPacket(frame[EthernetHeader.Size..], flow, source);
    }

    /// <summary>Writes the whole IP packet of a flow, UDP with zeros in it.</summary>
    public static void WriteTenantPacket(Span<byte> packet, int flow, IpAddress source)
    {
        var ip = new Ipv4Header(IpProtocol.Udp, source.Ipv4, Site.Destination(flow).Ipv4, packet.Length);
        ip.SetChecksum();

        // Checksum and id are one's complement terms of one sum (RFC 1071): what one gains, the other loses.
        ip.Id = (ushort)((ip.Checksum + (Checksum ^ 0xFFFF)) % 0xFFFF);
        ip.Checksum = Checksum;

        packet.Clear();
        Write(packet, ip);
        Write(packet[Ipv4Header.Size..], new UdpHeader((ushort)(1024 + flow % 32768), 7, packet.Length - Ipv4Header.Size));
    }

    /// <summary>Writes an Ethernet frame to an address of either family, IP and zeros, that fills <paramref name="frame"/>.</summary>
    public static void WriteTenantFrame(Span<byte> frame, MacAddress from, IpAddress source, IpAddress destination)
    {
        int length = frame.Length - EthernetHeader.Size;
        frame.Clear();
        Write(frame, new EthernetHeader(Site.VirtualMac, from, destination.IsIpv6 ? EtherType.Ipv6 : EtherType.Ipv4));

        if (destination.IsIpv6)
        {
            Write(frame[EthernetHeader.Size..], new Ipv6Header(IpProtocol.NoNextHeader, source, destination, length - Ipv6Header.Size));
        }
        else
        {
            var ip = new Ipv4Header(Experimental, source.Ipv4, destination.Ipv4, length);
            ip.SetChecksum();
            Write(frame[EthernetHeader.Size..], ip);
        }
    }
}

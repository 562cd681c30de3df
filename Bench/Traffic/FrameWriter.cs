using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VRouter.Bench.Scenarios;
using VRouter.Encap;

namespace VRouter.Bench.Traffic;

/// <summary>Writes the frames that tenants send.</summary>
internal static class FrameWriter
{
    // The checksum that every inner IPv4 header has: its id is chosen so. Then what a walk changes is the same in all packets.
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

    /// <summary>Writes the whole IPv4 packet of a flow, UDP with zeros in it.</summary>
    public static void WriteTenantPacket(Span<byte> packet, int flow, IpAddress source)
    {
        IpAddress destination = Site.Destination(flow);
        WriteIpv4(packet, IpProtocol.Udp, source, destination);
        WriteUdp(packet[Ipv4Header.Size..], flow, source, destination);
    }

    /// <summary>Writes the IPv4 header of a packet that fills <paramref name="packet"/>; but for its addresses and id it is always the same.</summary>
    public static void WriteIpv4(Span<byte> packet, byte protocol, IpAddress source, IpAddress destination)
    {
        var ip = new Ipv4Header(protocol, source.Ipv4, destination.Ipv4, packet.Length);
        ip.SetChecksum();

        // Checksum and id are one's complement terms of one sum (RFC 1071): what one gains, the other loses.
        ip.Id = (ushort)((ip.Checksum + (Checksum ^ 0xFFFF)) % 0xFFFF);
        ip.Checksum = Checksum;
        Write(packet, ip);
    }

    /// <summary>Writes the whole IPv6 packet of a flow, UDP with zeros in it.</summary>
    public static void WriteIpv6Packet(Span<byte> packet, int flow, IpAddress source)
    {
        IpAddress destination = Site.Ipv6Destination(flow);
        Write(packet, new Ipv6Header(IpProtocol.Udp, source, destination, packet.Length - Ipv6Header.Size));
        WriteUdp(packet[Ipv6Header.Size..], flow, source, destination);
    }

    /// <summary>Writes the length of an IPv4 packet and what part of a datagram it is.</summary>
    public static void SetFragment(Span<byte> packet, ushort flagsAndOffset)
    {
        ref Ipv4Header ip = ref MemoryMarshal.AsRef<Ipv4Header>(packet);
        ip.TotalLength = (ushort)packet.Length;
        ip.FlagsAndOffset = flagsAndOffset;
        ip.SetChecksum();
    }

    /// <summary>Makes an IPv4 packet with ports its own answer. Sums do not mind the order: the checksums stay.</summary>
    public static void TurnRound(Span<byte> packet)
    {
        ref Ipv4Header ip = ref MemoryMarshal.AsRef<Ipv4Header>(packet);
        (ip.Source, ip.Destination) = (ip.Destination, ip.Source);

        ref UdpHeader udp = ref MemoryMarshal.AsRef<UdpHeader>(packet[Ipv4Header.Size..]);
        (udp.SourcePort, udp.DestinationPort) = (udp.DestinationPort, udp.SourcePort);
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

    private static void WriteUdp(Span<byte> datagram, int flow, IpAddress source, IpAddress destination)
    {
        ushort port = FlowTurns.PortOf(flow);
        var udp = new UdpHeader(port, Site.ServicePort, datagram.Length);

        datagram.Clear();
        Write(datagram, udp);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[UdpHeader.Size..], FlowTurns.Balance(port));

        udp.Checksum = Encap.Checksum.OfUdp(datagram, Encap.Checksum.PseudoHeader(source, destination, IpProtocol.Udp, datagram.Length));
        Write(datagram, udp);
    }
}

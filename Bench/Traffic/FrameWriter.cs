using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VRouter.Bench.Scenarios;
using VRouter.Encap;

namespace VRouter.Bench.Traffic;

/// <summary>Writes the frames that tenants send.</summary>
internal static class FrameWriter
{
    // The checksum of every inner IPv4 header and every UDP datagram with room for what makes it so. Then what a walk changes is the same in all packets.
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
    public static void WriteTenantPacket(Span<byte> packet, int flow, IpAddress source) =>
        WriteIpv4Packet(packet, flow, source, Site.Destination(flow), Site.ServicePort);

    /// <summary>Writes a whole IPv4 packet from the port of a flow, UDP with zeros in it.</summary>
    public static void WriteIpv4Packet(Span<byte> packet, int flow, IpAddress source, IpAddress destination, ushort port)
    {
        WriteIpv4(packet, IpProtocol.Udp, source, destination);
        WriteUdp(packet[Ipv4Header.Size..], flow, source, destination, port);
    }

    /// <summary>Writes the IPv4 header of a packet that fills <paramref name="packet"/>; but for its addresses and id it is always the same.</summary>
    public static void WriteIpv4(Span<byte> packet, byte protocol, IpAddress source, IpAddress destination)
    {
        var ip = new Ipv4Header(protocol, source.Ipv4, destination.Ipv4, packet.Length);
        ip.SetChecksum();

        ip.Id = TermFor(ip.Checksum);
        ip.Checksum = Checksum;
        Write(packet, ip);
    }

    /// <summary>Writes the whole IPv6 packet of a flow, UDP with zeros in it.</summary>
    public static void WriteIpv6Packet(Span<byte> packet, int flow, IpAddress source)
    {
        IpAddress destination = Site.Ipv6Destination(flow);
        Write(packet, new Ipv6Header(IpProtocol.Udp, source, destination, packet.Length - Ipv6Header.Size));
        WriteUdp(packet[Ipv6Header.Size..], flow, source, destination, Site.ServicePort);
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

    private static void WriteUdp(Span<byte> datagram, int flow, IpAddress source, IpAddress destination, ushort destinationPort)
    {
        const int balance = UdpHeader.Size, term = balance + sizeof(ushort);

        ushort port = FlowTurns.PortOf(flow);
        var udp = new UdpHeader(port, destinationPort, datagram.Length);

        datagram.Clear();
        Write(datagram, udp);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[balance..], FlowTurns.Balance(port));
        udp.Checksum = Encap.Checksum.OfUdp(datagram, Encap.Checksum.PseudoHeader(source, destination, IpProtocol.Udp, datagram.Length));

        if (datagram.Length >= term + sizeof(ushort))
        {
            BinaryPrimitives.WriteUInt16BigEndian(datagram[term..], TermFor(udp.Checksum));
            udp.Checksum = Checksum;
        }

        Write(datagram, udp);
    }

    /// <summary>
    /// The word that is to be summed as well, so that what has this checksum has the usual one: they are one's complement terms of one sum
    /// (RFC 1071), so what one gains, the other loses.
    /// </summary>
    private static ushort TermFor(ushort checksum) => (ushort)((checksum + (Checksum ^ 0xFFFF)) % 0xFFFF);
}

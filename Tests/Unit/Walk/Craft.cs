using System.Buffers.Binary;
using VRouter.Encap;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Packets as a test needs them, built from the payload outwards, with right lengths and checksums.</summary>
internal static class Craft
{
    public static readonly byte[] Payload = [.. "a payload of odd length"u8];

    /// <summary>A frame; its EtherType follows from the payload's first nibble unless it is given.</summary>
    public static byte[] Ethernet(string destination, string source, byte[] payload, ushort etherType = 0, ushort vlan = 0)
    {
        etherType = etherType != 0 ? etherType : payload is [>= 0x60, ..] ? EtherType.Ipv6 : EtherType.Ipv4;
        byte[] tag = vlan == 0 ? [] : Wire.Emitted(new VlanHeader(vlan, etherType));
        return [.. Wire.Emitted(new EthernetHeader(MacAddress.Parse(destination), MacAddress.Parse(source), vlan == 0 ? etherType : EtherType.Vlan)), .. tag, .. payload];
    }

    /// <summary>An IP packet of the addresses' family. <paramref name="flags"/> are IPv4's flags and offset.</summary>
    public static byte[] Ip(string source, string destination, byte protocol, byte[] payload, byte ttl = 64, byte ecn = 0, ushort flags = 0, byte[]? options = null)
    {
        IpAddress from = IpAddress.Parse(source), to = IpAddress.Parse(destination);

        if (from.IsIpv6)
        {
            return [.. Wire.Emitted(new Ipv6Header(protocol, from, to, payload.Length) { HopLimit = ttl, VersionClassFlow = 6u << 28 | (uint)ecn << 20 }), .. payload];
        }

        options ??= [];
        byte[] header = [.. Wire.Emitted(new Ipv4Header(protocol, from.Ipv4, to.Ipv4, Ipv4Header.Size + options.Length + payload.Length)
        {
            VersionAndWords = (byte)(0x45 + options.Length / 4),
            TrafficClass = ecn,
            Ttl = ttl,
            Id = 0x1234,
            FlagsAndOffset = flags,
        }), .. options];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum.Of(header));
        return [.. header, .. payload];
    }

    public static byte[] Udp(string source, string destination, byte[]? payload = null, ushort from = 1000, ushort to = 2000, byte ttl = 64, byte ecn = 0, ushort flags = 0)
    {
        payload ??= Payload;
        byte[] udp = [.. Wire.Emitted(new UdpHeader(from, to, UdpHeader.Size + payload.Length)), .. payload];
        return Ip(source, destination, IpProtocol.Udp, Summed(udp, 6, Pseudo(source, destination, IpProtocol.Udp, udp.Length)), ttl, ecn, flags);
    }

    public static byte[] Tcp(string source, string destination, TcpFlags flags, byte[]? options = null, byte[]? payload = null)
    {
        options ??= [];
        byte[] tcp =
        [
            .. Wire.Emitted(new TcpHeader { SourcePort = 1000, DestinationPort = 80, WordsAndReserved = (byte)((5 + options.Length / 4) << 4), Flags = flags }),
            .. options,
            .. payload ?? [],
        ];
        return Ip(source, destination, IpProtocol.Tcp, Summed(tcp, 16, Pseudo(source, destination, IpProtocol.Tcp, tcp.Length)), flags: Ipv4Header.DontFragment);
    }

    /// <summary>A segment of a connection.</summary>
    public static byte[] Segment(
        string source, string destination, ushort from, ushort to, TcpFlags flags, uint sequence, uint acknowledgement = 0, ushort window = 1000, byte[]? payload = null)
    {
        byte[] tcp =
        [
            .. Wire.Emitted(new TcpHeader
            {
                SourcePort = from, DestinationPort = to, Sequence = sequence, Acknowledgement = acknowledgement, WordsAndReserved = 5 << 4, Flags = flags, Window = window,
            }),
            .. payload ?? [],
        ];
        return Ip(source, destination, IpProtocol.Tcp, Summed(tcp, 16, Pseudo(source, destination, IpProtocol.Tcp, tcp.Length)), flags: Ipv4Header.DontFragment);
    }

    /// <summary>A packet of SCTP: a common header, and no chunk.</summary>
    public static byte[] Sctp(string source, string destination, ushort from, ushort to)
    {
        byte[] sctp = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(sctp, from);
        BinaryPrimitives.WriteUInt16BigEndian(sctp.AsSpan(2), to);
        return Ip(source, destination, IpProtocol.Sctp, sctp);
    }

    public static byte[] Echo(string source, string destination, byte[]? payload = null, ushort flags = 0)
    {
        bool isIpv6 = destination.Contains(':', StringComparison.Ordinal);
        return Icmp(source, destination, isIpv6 ? Icmpv6Type.Echo : IcmpType.Echo, 0, 0x0007_0001, payload ?? Payload, flags: flags);
    }

    public static byte[] Icmp(string source, string destination, byte type, byte code, uint rest, byte[] payload, byte ttl = 64, ushort flags = 0)
    {
        bool isIpv6 = destination.Contains(':', StringComparison.Ordinal);
        byte protocol = isIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp;
        byte[] message = [.. Wire.Emitted(new IcmpHeader(type, code, rest)), .. payload];
        return Ip(source, destination, protocol, Summed(message, 2, isIpv6 ? Pseudo(source, destination, protocol, message.Length) : 0), ttl, flags: flags);
    }

    /// <summary>Neighbour solicitation or advertisement with at most one option, hop limit 255.</summary>
    public static byte[] Neighbour(string source, string destination, byte type, string target, uint flags = 0, string? mac = null)
    {
        byte[] option = mac is null ? [] : [(byte)(type == Icmpv6Type.NeighbourSolicitation ? 1 : 2), 1, .. Octets(mac)];
        byte[] message = [.. Wire.Emitted(new NeighbourHeader(type, flags, IpAddress.Parse(target))), .. option];
        return Ip(source, destination, IpProtocol.Icmpv6, Summed(message, 2, Pseudo(source, destination, IpProtocol.Icmpv6, message.Length)), ttl: 255);
    }

    public static byte[] Arp(ushort operation, string senderMac, string sender, string target, string targetMac = "00:00:00:00:00:00") => Wire.Emitted(new ArpHeader(operation)
    {
        SenderMac = MacAddress.Parse(senderMac),
        SenderAddress = IpAddress.Parse(sender).Ipv4,
        TargetMac = MacAddress.Parse(targetMac),
        TargetAddress = IpAddress.Parse(target).Ipv4,
    });

    public static byte[] Vxlan(uint vni, byte[] frame) => [.. Wire.Emitted(new VxlanHeader(new Vni(vni))), .. frame];

    public static byte[] Mpls(uint label, byte[] packet, byte ttl = 64, bool isBottom = true)
    {
        byte[] entry = Wire.Emitted(new MplsHeader(new MplsLabel(label), ttl));
        entry[2] = (byte)(isBottom ? entry[2] | 1 : entry[2] & ~1);
        return [.. entry, .. packet];
    }

    /// <summary>An outer IP packet. VXLAN's payload is put into a frame to the virtual MAC.</summary>
    public static byte[] Tunnelled(EncapsulationKind kind, string source, string destination, uint label, byte[] packet, byte ttl = 64, byte ecn = 0)
    {
        return kind switch
        {
            EncapsulationKind.Vxlan => Outer(VxlanHeader.UdpPort, Vxlan(label, Ethernet(Lab.VirtualMac, "02:00:00:00:99:99", packet))),
            EncapsulationKind.MplsOverUdp => Outer(TunnelPort.Mpls, Mpls(label, packet, ttl)),
            _ => Ip(source, destination, IpProtocol.Gre, [.. Wire.Emitted(new GreHeader(EtherType.Mpls)), .. Mpls(label, packet, ttl)], ecn: ecn),
        };

        byte[] Outer(ushort port, byte[] payload) =>
            Ip(source, destination, IpProtocol.Udp, [.. Wire.Emitted(new UdpHeader(50_000, port, UdpHeader.Size + payload.Length)), .. payload], ecn: ecn);
    }

    public static byte[] Octets(string mac)
    {
        byte[] octets = new byte[6];
        MacAddress.Parse(mac).CopyTo(octets);
        return octets;
    }

    public static uint Pseudo(string source, string destination, byte protocol, int length) =>
        Checksum.PseudoHeader(IpAddress.Parse(source), IpAddress.Parse(destination), protocol, length);

    private static byte[] Summed(byte[] message, int offset, uint pseudo)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(offset), Checksum.Of(message, pseudo));
        return message;
    }
}

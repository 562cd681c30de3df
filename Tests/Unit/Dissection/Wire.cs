using System.Runtime.InteropServices;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Dissection;

/// <summary>Packets as a guest or a neighbour would send them, right in every checksum.</summary>
internal static class Wire
{
    public static byte[] Ethernet(MacAddress destination, MacAddress source, ushort type, byte[] payload) =>
        [.. Bytes(new EthernetHeader(destination, source, type)), .. payload];

    public static byte[] Ip(IpAddress source, IpAddress destination, byte protocol, byte[] payload, byte ttl = 64, ushort flags = 0) =>
        source.IsIpv6 ? Ipv6(source, destination, protocol, payload, ttl) : Ipv4(source, destination, protocol, payload, ttl, flags);

    public static byte[] Udp(IpAddress source, IpAddress destination, byte[] payload)
    {
        var header = new UdpHeader(40000, 53, UdpHeader.Size + payload.Length);
        uint pseudo = Checksum.PseudoHeader(source, destination, IpProtocol.Udp, UdpHeader.Size + payload.Length);
        header.Checksum = Checksum.OfUdp([.. Bytes(header), .. payload], pseudo);
        return [.. Bytes(header), .. payload];
    }

    /// <summary>A SYN with the option that says how large segments may be.</summary>
    public static byte[] Syn(IpAddress source, IpAddress destination, ushort maximumSegment)
    {
        byte[] options = [2, 4, (byte)(maximumSegment >> 8), (byte)maximumSegment];
        var header = new TcpHeader
        {
            SourcePort = 40000,
            DestinationPort = 80,
            Sequence = 1,
            WordsAndReserved = 6 << 4,
            Flags = TcpFlags.Syn,
            Window = 65535,
        };

        header.Checksum = Checksum.Of([.. Bytes(header), .. options], Checksum.PseudoHeader(source, destination, IpProtocol.Tcp, TcpHeader.Size + options.Length));
        return [.. Bytes(header), .. options];
    }

    public static byte[] Echo(IpAddress source, IpAddress destination, byte[] payload)
    {
        if (!source.IsIpv6)
        {
            var v4 = new IcmpHeader(IcmpType.Echo, 0, 0x0007_0001);
            v4.Checksum = Checksum.Of([.. Bytes(v4), .. payload]);
            return [.. Bytes(v4), .. payload];
        }

        return Icmpv6(source, destination, [.. Bytes(new Icmpv6Header(Icmpv6Type.Echo, 0, 0x0007_0001)), .. payload]);
    }

    public static byte[] ArpRequest(MacAddress mac, IpAddress sender, IpAddress target) => Ethernet(MacAddress.Broadcast, mac, EtherType.Arp,
        Bytes(new ArpHeader(ArpHeader.Request) { SenderMac = mac, SenderAddress = sender.Ipv4, TargetAddress = target.Ipv4 }));

    public static byte[] ArpReply(MacAddress mac, IpAddress sender, MacAddress targetMac, IpAddress target) => Ethernet(targetMac, mac, EtherType.Arp,
        Bytes(new ArpHeader(ArpHeader.Reply) { SenderMac = mac, SenderAddress = sender.Ipv4, TargetMac = targetMac, TargetAddress = target.Ipv4 }));

    /// <summary>Asks for a neighbour at its solicited-node address (RFC 4861 section 4.3).</summary>
    public static byte[] Solicitation(MacAddress mac, IpAddress source, IpAddress target)
    {
        IpAddress group = IpAddress.FromIpv6(0xFF02_0000_0000_0000, 0x0000_0001_FF00_0000 | target.Low & 0xFF_FFFF);
        byte[] message = Icmpv6(source, group, Discovery(Icmpv6Type.NeighbourSolicitation, 0, target, option: 1, mac));
        return Ethernet(new MacAddress(0x3333_FF00_0000 | target.Low & 0xFF_FFFF), mac, EtherType.Ipv6, Ipv6(source, group, IpProtocol.Icmpv6, message, 255));
    }

    /// <summary>Answers it: solicited, override (RFC 4861 section 4.4).</summary>
    public static byte[] Advertisement(MacAddress mac, IpAddress target, MacAddress destinationMac, IpAddress destination)
    {
        byte[] message = Icmpv6(target, destination, Discovery(Icmpv6Type.NeighbourAdvertisement, 0x6000_0000, target, option: 2, mac));
        return Ethernet(destinationMac, mac, EtherType.Ipv6, Ipv6(target, destination, IpProtocol.Icmpv6, message, 255));
    }

    private static byte[] Discovery(byte type, uint flags, IpAddress target, byte option, MacAddress mac) =>
        [.. Bytes(new Icmpv6Header(type, 0, flags)), .. Bytes((Ipv6Bytes)target), option, 1, .. Bytes((MacBytes)mac)];

    private static byte[] Icmpv6(IpAddress source, IpAddress destination, byte[] message)
    {
        ref Icmpv6Header header = ref MemoryMarshal.AsRef<Icmpv6Header>(message.AsSpan());
        header.Checksum = Checksum.Of(message, Checksum.PseudoHeader(source, destination, IpProtocol.Icmpv6, message.Length));
        return message;
    }

    private static byte[] Ipv4(IpAddress source, IpAddress destination, byte protocol, byte[] payload, byte ttl, ushort flags)
    {
        var header = new Ipv4Header(protocol, source.Ipv4, destination.Ipv4, Ipv4Header.Size + payload.Length) { Ttl = ttl, Id = 7, FlagsAndOffset = flags };
        header.SetChecksum();
        return [.. Bytes(header), .. payload];
    }

    private static byte[] Ipv6(IpAddress source, IpAddress destination, byte next, byte[] payload, byte hopLimit) =>
        [.. Bytes(new Ipv6Header(next, source, destination, payload.Length) { HopLimit = hopLimit }), .. payload];

    private static byte[] Bytes<T>(T header) where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in header)).ToArray();
}

using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>
/// From whom to whom a packet is, read without judging it, since what is wrong with a packet may be why somebody looks for it. Ports as in
/// <see cref="FlowRecordKey"/>.
/// </summary>
internal readonly record struct PacketTuple(IpAddress Source, IpAddress Destination, byte Protocol, ushort SourcePort, ushort DestinationPort)
{
    private const int PortsSize = 4;
    private const int EchoSize = 6;
    private const int EchoId = 4;
    private const int MostTags = 2;

    /// <summary>Whether ports read the same in both directions.</summary>
    private bool IsIcmp => Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;

    public PacketTuple Reverse() => new(Destination, Source, Protocol, IsIcmp ? SourcePort : DestinationPort, IsIcmp ? DestinationPort : SourcePort);

    /// <summary>Reads a frame; <paramref name="payload"/> is what follows the IP header. False: it is not IP, or too short to tell.</summary>
    public static bool TryReadFrame(Span<byte> bytes, out PacketTuple tuple, out Span<byte> payload)
    {
        tuple = default;
        payload = default;

        if (bytes.Length < EthernetHeader.Size)
        {
            return false;
        }

        ushort etherType = Headers.At<EthernetHeader>(ref bytes[0], 0).EtherType;
        bytes = bytes[EthernetHeader.Size..];

        for (int tags = 0; (etherType is EtherType.Vlan or EtherType.ServiceVlan) && tags < MostTags && bytes.Length >= VlanHeader.Size; tags++)
        {
            etherType = Headers.At<VlanHeader>(ref bytes[0], 0).EtherType;
            bytes = bytes[VlanHeader.Size..];
        }

        return etherType is EtherType.Ipv4 or EtherType.Ipv6 && TryRead(bytes, out tuple, out payload);
    }

    /// <summary>Reads an IP packet.</summary>
    public static bool TryRead(Span<byte> bytes, out PacketTuple tuple, out Span<byte> payload)
    {
        tuple = default;
        payload = default;

        return (bytes.IsEmpty ? 0 : bytes[0] >> 4) switch
        {
            4 => TryReadIpv4(bytes, out tuple, out payload),
            6 => TryReadIpv6(bytes, out tuple, out payload),
            _ => false,
        };
    }

    private static bool TryReadIpv4(Span<byte> bytes, out PacketTuple tuple, out Span<byte> payload)
    {
        tuple = default;
        payload = default;

        if (bytes.Length < Ipv4Header.Size)
        {
            return false;
        }

        ref Ipv4Header ip = ref Headers.At<Ipv4Header>(ref bytes[0], 0);
        payload = bytes[Math.Min(Math.Max(ip.HeaderLength, Ipv4Header.Size), bytes.Length)..];
        tuple = WithPorts(IpAddress.FromIpv4(ip.Source), IpAddress.FromIpv4(ip.Destination), ip.Protocol, ip.IsLaterFragment ? [] : payload);
        return true;
    }

    private static bool TryReadIpv6(Span<byte> bytes, out PacketTuple tuple, out Span<byte> payload)
    {
        tuple = default;
        payload = default;

        if (bytes.Length < Ipv6Header.Size)
        {
            return false;
        }

        ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref bytes[0], 0);
        bool isWhole = Ipv6Extensions.TryWalk(bytes, Ipv6Header.Size + ip.PayloadLength, out Ipv6Chain chain) && !chain.IsLaterFragment;
        payload = isWhole ? bytes[Math.Min(chain.UpperOffset, bytes.Length)..] : [];
        tuple = WithPorts(ip.Source, ip.Destination, isWhole ? chain.Protocol : ip.NextHeader, payload);
        return true;
    }

    private static PacketTuple WithPorts(IpAddress source, IpAddress destination, byte protocol, Span<byte> transport) => protocol switch
    {
        IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp when transport.Length >= PortsSize =>
            new(source, destination, protocol, PortAt(transport, 0), PortAt(transport, 2)),
        IpProtocol.Icmp when transport.Length >= EchoSize && transport[0] is IcmpType.Echo or IcmpType.EchoReply =>
            new(source, destination, protocol, PortAt(transport, EchoId), 0),
        IpProtocol.Icmpv6 when transport.Length >= EchoSize && transport[0] is Icmpv6Type.Echo or Icmpv6Type.EchoReply =>
            new(source, destination, protocol, PortAt(transport, EchoId), 0),
        _ => new(source, destination, protocol, 0, 0),
    };

    private static ushort PortAt(Span<byte> bytes, int offset) => (ushort)(bytes[offset] << 8 | bytes[offset + 1]);
}

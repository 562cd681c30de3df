using System.Buffers.Binary;
using VRouter.Encap;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>
/// A packet of a flow, written afresh with every checksum summed up from all the bytes, whatever its addresses and ports are. Of ICMP it is an
/// echo of the addresses' family, whose identifier is the source port.
/// </summary>
internal sealed record Message(byte Protocol, string Source, ushort SourcePort, string Destination, ushort DestinationPort)
{
    public byte Ttl { get; init; } = 64;

    /// <summary>Whether it answers: the SYN is acknowledged, the echo a reply.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>The flags of TCP; null = a SYN, or its acknowledgement.</summary>
    public TcpFlags? Flags { get; init; }

    /// <summary>Whether the UDP checksum is none.</summary>
    public bool HasNoChecksum { get; init; }

    public byte[] Payload { get; init; } = Craft.Payload;

    private bool IsIpv6 => Source.Contains(':', StringComparison.Ordinal);

    private bool IsEcho => Protocol == IpProtocol.Icmp;

    public byte[] Bytes => Protocol switch
    {
        IpProtocol.Udp => Udp(),
        IpProtocol.Tcp => Craft.Segment(
            Source, Destination, SourcePort, DestinationPort, Flags ?? (IsAnswer ? TcpFlags.Syn | TcpFlags.Ack : TcpFlags.Syn), IsAnswer ? 500u : 100u, IsAnswer ? 101u : 0) is var packet
            ? With(packet, Ttl)
            : [],
        IpProtocol.Sctp => Sctp(),
        IpProtocol.Icmp => Craft.Icmp(Source, Destination, EchoType, 0, (uint)SourcePort << 16 | 1, Payload, Ttl),
        _ => Craft.Ip(Source, Destination, Protocol, Payload, Ttl),
    };

    private byte EchoType => (IsIpv6, IsAnswer) switch
    {
        (true, false) => Icmpv6Type.Echo,
        (true, true) => Icmpv6Type.EchoReply,
        (false, false) => IcmpType.Echo,
        _ => IcmpType.EchoReply,
    };

    /// <summary>The same after so many hops.</summary>
    public Message After(int hops) => this with { Ttl = (byte)(Ttl - hops) };

    /// <summary>What answers it.</summary>
    public Message Back() => this with
    {
        Source = Destination,
        Destination = Source,
        SourcePort = IsEcho ? SourcePort : DestinationPort,
        DestinationPort = IsEcho ? DestinationPort : SourcePort,
        IsAnswer = !IsAnswer,
    };

    private byte[] Udp()
    {
        byte[] packet = Craft.Udp(Source, Destination, Payload, SourcePort, DestinationPort, Ttl);
        int checksum = (IsIpv6 ? Ipv6Header.Size : Ipv4Header.Size) + 6;
        return HasNoChecksum ? packet.With(checksum, 0).With(checksum + 1, 0) : packet;
    }

    private byte[] Sctp()
    {
        byte[] sctp = [.. new byte[SctpHeader.Size], .. Payload];
        BinaryPrimitives.WriteUInt16BigEndian(sctp, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(sctp.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt32LittleEndian(sctp.AsSpan(8), Crc32cTest.Naive(sctp));
        return Craft.Ip(Source, Destination, IpProtocol.Sctp, sctp, Ttl);
    }

    private static byte[] With(byte[] packet, byte ttl)
    {
        if (packet[0] >> 4 == 6)
        {
            packet[7] = ttl;
        }
        else
        {
            packet[8] = ttl;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum.Of(packet.AsSpan(0, Ipv4Header.Size)));
        }

        return packet;
    }
}

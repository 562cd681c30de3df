namespace VRouter.Encap;

/// <summary>
/// Makes the TCP reset that a host with no such connection answers a segment with, RFC 9293 section 3.10.7.1. The packet is given as its sender
/// sent it, from its IP header on: all of it, or as much as the head frame holds, with the headers through TCP's. The room is not to hold the
/// packet itself.
/// </summary>
public static class TcpReset
{
    /// <summary>The longest reset, an IPv6 one; the room is to hold so many bytes.</summary>
    public const int MaximumLength = Ipv6Header.Size + TcpHeader.Size;

    /// <summary>
    /// Writes the reset that answers a packet, from the IP header on, and returns its length. 0, and nothing written, when none may be sent: to
    /// a reset, to another protocol than TCP, to a fragment, and to what would get no ICMP error either (<see cref="IcmpError.MayBeSentAbout"/>;
    /// RFC 9293 section 3.9.2.3).
    /// </summary>
    public static int Write(Span<byte> room, Span<byte> packet)
    {
        if (!IcmpError.MayBeSentAbout(packet))
        {
            return 0;
        }

        return packet[0] >> 4 == 6 ? WriteIpv6(room, packet) : WriteIpv4(room, packet);
    }

    private static int WriteIpv4(Span<byte> room, Span<byte> packet)
    {
        const int length = Ipv4Header.Size + TcpHeader.Size;

        if (!Layer<Ipv4Header>.TryRead(packet, ushort.MaxValue, out Layer<Ipv4Header> ip)
            || ip.Header.Protocol != IpProtocol.Tcp
            || ip.Header.IsFragment
            || !TryAnswer(ip.Payload, ip.Header.TotalLength - ip.HeaderLength, out TcpHeader reset))
        {
            return 0;
        }

        // With DF set the identification need not be unique (RFC 6864 section 4.1).
        Ipv4Header answer = new(IpProtocol.Tcp, ip.Header.Destination, ip.Header.Source, length) { FlagsAndOffset = Ipv4Header.DontFragment };
        answer.SetChecksum();

        Headers.At<Ipv4Header>(ref room[..length][0], 0) = answer;
        WriteTcp(room[Ipv4Header.Size..length], in reset, Checksum.PseudoHeader(answer.Source, answer.Destination, IpProtocol.Tcp, TcpHeader.Size));
        return length;
    }

    private static int WriteIpv6(Span<byte> room, Span<byte> packet)
    {
        const int length = Ipv6Header.Size + TcpHeader.Size;

        // The packet may go on behind its head. Where it is sent on from its destination, the connection is not with that.
        if (!Ipv6Extensions.TryWalk(packet, Ipv6Header.Size + ushort.MaxValue, out Ipv6Chain chain)
            || chain.Protocol != IpProtocol.Tcp
            || chain.IsFragment
            || chain.HasSegmentsLeft)
        {
            return 0;
        }

        ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref packet[0], 0);
        int end = Ipv6Header.Size + ip.PayloadLength;

        if (!TryAnswer(packet[chain.UpperOffset..Math.Min(end, packet.Length)], end - chain.UpperOffset, out TcpHeader reset))
        {
            return 0;
        }

        IpAddress source = ip.Destination, destination = ip.Source;

        Headers.At<Ipv6Header>(ref room[..length][0], 0) = new Ipv6Header(IpProtocol.Tcp, source, destination, TcpHeader.Size);
        WriteTcp(room[Ipv6Header.Size..length], in reset, Checksum.PseudoHeader(source, destination, IpProtocol.Tcp, TcpHeader.Size));
        return length;
    }

    private static bool TryAnswer(Span<byte> head, int length, out TcpHeader reset)
    {
        if (!Layer<TcpHeader>.TryRead(head, length, out Layer<TcpHeader> tcp) || Has(in tcp.Header, TcpFlags.Rst))
        {
            reset = default;
            return false;
        }

        bool isAck = Has(in tcp.Header, TcpFlags.Ack);

        reset = new TcpHeader
        {
            SourcePort = tcp.Header.DestinationPort,
            DestinationPort = tcp.Header.SourcePort,
            Sequence = isAck ? tcp.Header.Acknowledgement : 0u,
            Acknowledgement = isAck ? 0u : tcp.Header.Sequence + (uint)SequenceLength(in tcp.Header, length),
            WordsAndReserved = TcpHeader.Size / 4 << 4,
            Flags = isAck ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack,
        };

        return true;
    }

    // SEG.LEN: "the number of octets occupied by the data in the segment (counting SYN and FIN)" (RFC 9293 section 3.4).
    private static int SequenceLength(in TcpHeader tcp, int length) =>
        length - tcp.HeaderLength + (Has(in tcp, TcpFlags.Syn) ? 1 : 0) + (Has(in tcp, TcpFlags.Fin) ? 1 : 0);

    private static bool Has(in TcpHeader tcp, TcpFlags flag) => (tcp.Flags & flag) != 0;

    private static void WriteTcp(Span<byte> room, in TcpHeader reset, uint pseudoHeader)
    {
        ref TcpHeader tcp = ref Headers.At<TcpHeader>(ref room[0], 0);
        tcp = reset;
        tcp.Checksum = Checksum.Of(room, pseudoHeader);
    }
}

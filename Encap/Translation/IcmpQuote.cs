using System.Buffers.Binary;

namespace VRouter.Encap;

/// <summary>
/// The packet that an ICMP or ICMPv6 error is about, as far as the error quotes it: what tells the flow that the error belongs to.
/// Offsets count from the ICMP header's first byte.
/// </summary>
/// <remarks>
/// <code>
/// 0              8 = IpOffset              TransportOffset              End
/// | ICMP header  | IP header, extensions   | at least 8 bytes           | extensions of RFC 4884, or nothing
/// </code>
/// The packet was cut to be quoted, so its lengths may say more than is there, and never less than is needed. Nothing is verified: not the
/// quoted header's checksum, which routers have changed on the way and need not have right, and no transport checksum, which is cut.
/// </remarks>
public record struct IcmpQuote
{
    /// <summary>Where the quoted IP header begins.</summary>
    public const int IpOffset = IcmpHeader.Size;

    // Everybody quotes 64 bits behind the IP header (RFC 792); RFC 1812 section 4.3.2.3 and RFC 4443 section 3 ask for more.
    private const int LeastTransport = 8;

    // What extensions follow has at least so many bytes (RFC 4884 section 4).
    private const int LeastBeforeExtensions = 128;

    /// <summary>Whether the message is ICMPv6 and its quote IPv6.</summary>
    public readonly bool IsIpv6 => Source.IsIpv6;

    /// <summary>Where the quoted packet came from: whoever the error is for.</summary>
    public IpAddress Source { get; private set; }

    /// <summary>Where the quoted packet was to go.</summary>
    public IpAddress Destination { get; private set; }

    /// <summary>What it carried, behind IPv6 extension headers: see <see cref="IpProtocol"/>.</summary>
    public byte Protocol { get; private set; }

    /// <summary>Both ports, the source's in the upper half; of an echo the identifier there and 0 below; 0 where there are none.</summary>
    public uint Ports { get; private set; }

    /// <summary>Whether it is an ICMP error itself. An error about an error is not to be sent (RFC 1122 section 3.2.2), nor forwarded.</summary>
    public bool IsError { get; private set; }

    /// <summary>Where the quoted transport header begins; 0 = none is quoted, of a later fragment.</summary>
    public int TransportOffset { get; private set; }

    /// <summary>Where the quote ends.</summary>
    public int End { get; private set; }

    /// <summary>Whether a fragment other than the first is quoted: nothing tells its ports.</summary>
    public readonly bool IsLaterFragment => TransportOffset == 0;

    /// <summary>
    /// Reads what an error quotes. False when the message is no error (<see cref="IcmpError.IsError"/>), or quotes no IP packet of its own
    /// family, too little of one, or one that contradicts itself.
    /// </summary>
    /// <param name="message">The packet from the ICMP header on, without what Ethernet padded; its end may lie in frames chained behind.</param>
    /// <param name="isIpv6">Whether the message is ICMPv6.</param>
    /// <param name="quote">What it quotes.</param>
    public static bool TryRead(Span<byte> message, bool isIpv6, out IcmpQuote quote)
    {
        quote = default;

        if (message.Length < IcmpHeader.Size || !IcmpError.IsError(message[0], isIpv6))
        {
            return false;
        }

        Span<byte> quoted = message[IpOffset..EndBeforeExtensions(message, isIpv6)];
        return isIpv6 ? TryReadIpv6(quoted, out quote) : TryReadIpv4(quoted, out quote);
    }

    private static bool TryReadIpv4(Span<byte> quoted, out IcmpQuote quote)
    {
        quote = default;

        if (!Layer<Ipv4Header>.TryRead(quoted, ushort.MaxValue, out Layer<Ipv4Header> ip))
        {
            return false;
        }

        quote = new IcmpQuote
        {
            Source = IpAddress.FromIpv4(ip.Header.Source),
            Destination = IpAddress.FromIpv4(ip.Header.Destination),
            Protocol = ip.Header.Protocol,
            End = IpOffset + ip.HeaderLength + ip.Payload.Length,
        };

        return ip.Header.IsLaterFragment || TryReadTransport(ip.Payload, IpOffset + ip.HeaderLength, ref quote);
    }

    private static bool TryReadIpv6(Span<byte> quoted, out IcmpQuote quote)
    {
        quote = default;

        if (!Ipv6Extensions.TryWalk(quoted, Ipv6Header.Size + ushort.MaxValue, out Ipv6Chain chain))
        {
            return false;
        }

        ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref quoted[0], 0);
        int end = Math.Min(quoted.Length, Ipv6Header.Size + ip.PayloadLength);

        quote = new IcmpQuote { Source = ip.Source, Destination = ip.Destination, Protocol = chain.Protocol, End = IpOffset + end };
        return chain.IsLaterFragment || TryReadTransport(quoted[chain.UpperOffset..end], IpOffset + chain.UpperOffset, ref quote);
    }

    private static bool TryReadTransport(Span<byte> transport, int offset, ref IcmpQuote quote)
    {
        quote.TransportOffset = offset;

        switch (quote.Protocol)
        {
            case IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp:
                return TryReadPorts(transport, ref quote);

            case IpProtocol.Icmp when !quote.IsIpv6:
            case IpProtocol.Icmpv6 when quote.IsIpv6:
                return TryReadMessage(transport, ref quote);

            default:
                return true;
        }
    }

    private static bool TryReadPorts(Span<byte> transport, ref IcmpQuote quote)
    {
        if (transport.Length < LeastTransport)
        {
            return false;
        }

        quote.Ports = BinaryPrimitives.ReadUInt32BigEndian(transport);
        return true;
    }

    private static bool TryReadMessage(Span<byte> message, ref IcmpQuote quote)
    {
        if (!Layer<IcmpHeader>.TryRead(message, out Layer<IcmpHeader> icmp))
        {
            return false;
        }

        quote.IsError = IcmpError.IsError(icmp.Header.Type, quote.IsIpv6);
        quote.Ports = IcmpEcho.IsEcho(icmp.Header.Type, quote.IsIpv6) ? (uint)icmp.Header.Identifier << 16 : 0;
        return true;
    }

    // What is quoted may be followed by extensions; then a byte that was unused tells its length, in words of 4 or 8 bytes (RFC 4884
    // section 4). A smaller number is what somebody forgot to clear.
    private static int EndBeforeExtensions(Span<byte> message, bool isIpv6)
    {
        int length = (isIpv6, message[0]) switch
        {
            (false, IcmpType.DestinationUnreachable or IcmpType.TimeExceeded or IcmpType.ParameterProblem) => message[5] * 4,
            (true, Icmpv6Type.DestinationUnreachable or Icmpv6Type.TimeExceeded) => message[4] * 8,
            _ => 0,
        };

        return length < LeastBeforeExtensions ? message.Length : Math.Min(IpOffset + length, message.Length);
    }
}

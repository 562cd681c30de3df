namespace VRouter.Encap;

/// <summary>
/// Makes ICMP and ICMPv6 errors about a packet. The packet is given as its sender sent it, from its IP header on: all of it, or as much as
/// the head frame holds. The family is the packet's; the source must be of the same.
/// Ask <see cref="MayBeSentAbout"/> first. The room is to hold <see cref="MaximumLength"/> or <see cref="MaximumLengthIpv6"/> bytes, and not the packet itself.
/// </summary>
public static class IcmpError
{
    /// <summary>The longest ICMP error: "as much as possible without exceeding 576 bytes" (RFC 1812 section 4.3.2.3).</summary>
    public const int MaximumLength = 576;

    /// <summary>The longest ICMPv6 error: the minimum MTU (RFC 4443 section 3).</summary>
    public const int MaximumLengthIpv6 = 1280;

    /// <summary>DSCP CS6, precedence "internetwork control" (RFC 1812 section 4.3.2.5).</summary>
    private const byte InternetworkControl = 0xC0;

    /// <summary>
    /// Whether a message of a type is an error: it quotes the packet that it is about, and no error is sent about it. Source quench and
    /// redirect are among them (RFC 1122 section 3.2.2), though hosts discard the one (RFC 6633 section 3) and the other ends with its link.
    /// </summary>
    public static bool IsError(byte type, bool isIpv6) => isIpv6 ? Icmpv6Type.IsError(type) : IcmpType.IsError(type);

    /// <summary>
    /// Whether an error may be sent about a packet: not about an ICMP error, a later fragment, a multicast or broadcast, nor one that
    /// names no single sender (RFC 1812 section 4.3.2.7, RFC 4443 section 2.4 (e)).
    /// </summary>
    public static bool MayBeSentAbout(Span<byte> packet) =>
        packet.Length >= Ipv4Header.Size && (packet[0] >> 4) switch
        {
            4 => MayBeSentAboutIpv4(packet),
            6 => MayBeSentAboutIpv6(packet),
            _ => false,
        };

    /// <summary>Writes "time to live exceeded in transit" and returns the packet's length.</summary>
    public static int WriteTimeExceeded(Span<byte> room, Span<byte> packet, IpAddress source) => source.IsIpv6
        ? WriteIpv6(room, packet, source, new Icmpv6Header(Icmpv6Type.TimeExceeded, 0, 0))
        : WriteIpv4(room, packet, source, new IcmpHeader(IcmpType.TimeExceeded, 0, 0));

    /// <summary>Writes "fragmentation needed" (RFC 1191) or "packet too big", with the size that fits, and returns the packet's length.</summary>
    public static int WritePacketTooBig(Span<byte> room, Span<byte> packet, IpAddress source, int mtu) => source.IsIpv6
        ? WriteIpv6(room, packet, source, new Icmpv6Header(Icmpv6Type.PacketTooBig, 0, (uint)mtu))
        : WriteIpv4(room, packet, source, new IcmpHeader(IcmpType.DestinationUnreachable, IcmpType.FragmentationNeeded, (ushort)mtu));

    /// <summary>Writes "destination unreachable: communication administratively prohibited" and returns the packet's length.</summary>
    public static int WriteProhibited(Span<byte> room, Span<byte> packet, IpAddress source) => source.IsIpv6
        ? WriteIpv6(room, packet, source, new Icmpv6Header(Icmpv6Type.DestinationUnreachable, Icmpv6Type.AdministrativelyProhibited, 0))
        : WriteIpv4(room, packet, source, new IcmpHeader(IcmpType.DestinationUnreachable, IcmpType.AdministrativelyProhibited, 0));

    /// <summary>Writes "destination unreachable: port unreachable" and returns the packet's length; to TCP a <see cref="TcpReset"/> says so.</summary>
    public static int WritePortUnreachable(Span<byte> room, Span<byte> packet, IpAddress source) => source.IsIpv6
        ? WriteIpv6(room, packet, source, new Icmpv6Header(Icmpv6Type.DestinationUnreachable, Icmpv6Type.PortUnreachable, 0))
        : WriteIpv4(room, packet, source, new IcmpHeader(IcmpType.DestinationUnreachable, IcmpType.PortUnreachable, 0));

    private static bool MayBeSentAboutIpv4(Span<byte> packet)
    {
        ref Ipv4Header ip = ref Headers.At<Ipv4Header>(ref packet[0], 0);

        return !ip.IsLaterFragment
            && IsSingleHost(ip.Source)
            && IsSingleHost(ip.Destination)
            && (ip.Protocol != IpProtocol.Icmp || (packet.Length > ip.HeaderLength && !IcmpType.IsError(packet[ip.HeaderLength])));
    }

    // Not 0/8, 127/8, multicast, class E or limited broadcast.
    private static bool IsSingleHost(uint address) => address >> 24 is not (0 or 127) && address >> 29 != 7;

    private static bool MayBeSentAboutIpv6(Span<byte> packet)
    {
        // The packet may go on behind its head.
        if (!Ipv6Extensions.TryWalk(packet, Ipv6Header.Size + ushort.MaxValue, out Ipv6Chain chain) || chain.IsLaterFragment)
        {
            return false;
        }

        ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref packet[0], 0);
        IpAddress source = ip.Source, destination = ip.Destination;

        return !source.IsUnspecified
            && !source.IsMulticast
            && !destination.IsMulticast
            && (chain.Protocol != IpProtocol.Icmpv6 || (packet.Length > chain.UpperOffset && IsQuotable(packet[chain.UpperOffset])));
    }

    private static bool IsQuotable(byte type) => !Icmpv6Type.IsError(type) && type != Icmpv6Type.Redirect;

    private static int WriteIpv4(Span<byte> room, Span<byte> packet, IpAddress source, IcmpHeader header)
    {
        const int quoteOffset = Ipv4Header.Size + IcmpHeader.Size;

        ref Ipv4Header quoted = ref Headers.At<Ipv4Header>(ref packet[..Ipv4Header.Size][0], 0);
        int quote = Math.Min(Math.Min(packet.Length, quoted.TotalLength), MaximumLength - quoteOffset);
        int length = quoteOffset + quote;

        packet[..quote].CopyTo(room[quoteOffset..]);
        Span<byte> icmp = room[Ipv4Header.Size..length];
        Headers.At<IcmpHeader>(ref icmp[0], 0) = header;
        Headers.At<IcmpHeader>(ref icmp[0], 0).Checksum = Checksum.Of(icmp);

        // With DF set the identification need not be unique (RFC 6864 section 4.1).
        Ipv4Header ip = new(IpProtocol.Icmp, source.Ipv4, quoted.Source, length)
        {
            TrafficClass = InternetworkControl,
            FlagsAndOffset = Ipv4Header.DontFragment,
        };

        ip.SetChecksum();
        Headers.At<Ipv4Header>(ref room[0], 0) = ip;
        return length;
    }

    private static int WriteIpv6(Span<byte> room, Span<byte> packet, IpAddress source, Icmpv6Header header)
    {
        const int quoteOffset = Ipv6Header.Size + Icmpv6Header.Size;

        ref Ipv6Header quoted = ref Headers.At<Ipv6Header>(ref packet[..Ipv6Header.Size][0], 0);
        int quote = Math.Min(Math.Min(packet.Length, Ipv6Header.Size + quoted.PayloadLength), MaximumLengthIpv6 - quoteOffset);
        int length = quoteOffset + quote;
        IpAddress destination = quoted.Source;

        packet[..quote].CopyTo(room[quoteOffset..]);
        Span<byte> icmp = room[Ipv6Header.Size..length];
        Headers.At<Icmpv6Header>(ref icmp[0], 0) = header;
        Headers.At<Icmpv6Header>(ref icmp[0], 0).Checksum =
            Checksum.Of(icmp, Checksum.PseudoHeader(source, destination, IpProtocol.Icmpv6, icmp.Length));

        Headers.At<Ipv6Header>(ref room[0], 0) = new Ipv6Header(IpProtocol.Icmpv6, source, destination, icmp.Length);
        return length;
    }
}

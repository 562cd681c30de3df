using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>An IP packet as its bytes say: RFC 791 and RFC 8200 read from the first byte to the last.</summary>
internal sealed record IpPacket
{
    private const int Ipv4Minimum = 20;
    private const int Ipv6Fixed = 40;

    private static readonly byte[] s_extensions = [IpProtocol.HopByHop, IpProtocol.Routing, IpProtocol.Fragment, IpProtocol.Ah, IpProtocol.DestinationOptions];

    private IpPacket(byte[] bytes) => Bytes = bytes;

    /// <summary>All of it and nothing behind it.</summary>
    public byte[] Bytes { get; private init; }

    /// <summary>Of the transport header, wherever extension headers have put it.</summary>
    public byte Protocol { get; private init; }

    /// <summary>Where the transport header begins; of a later fragment, where its part of the payload does.</summary>
    public int Upper { get; private init; }

    /// <summary>Where the part of the datagram begins that a fragment carries.</summary>
    public int FragmentPayload { get; private init; }

    /// <summary>Null: it is whole.</summary>
    public FragmentPlace? Fragment { get; private init; }

    public bool IsIpv6 => Bytes[0] >> 4 == 6;

    public IpAddress Source => IpAddress.FromBytes(IsIpv6 ? Bytes.AsSpan(8, 16) : Bytes.AsSpan(12, 4));

    public IpAddress Destination => IpAddress.FromBytes(IsIpv6 ? Bytes.AsSpan(24, 16) : Bytes.AsSpan(16, 4));

    public byte Ttl => Bytes[IsIpv6 ? 7 : 8];

    public byte Ecn => (byte)((IsIpv6 ? Bytes[1] >> 4 : Bytes[1]) & 3);

    public bool IsDontFragment => IsIpv6 || (Bytes[6] & 0x40) != 0;

    public bool IsLaterFragment => Fragment is { Offset: > 0 };

    /// <summary>Header and payload of the transport; of a later fragment, what it carries.</summary>
    public byte[] Transport => Bytes[Upper..];

    public bool HasPorts => !IsLaterFragment && Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

    /// <summary>RFC 792 in IPv4, RFC 4443 in IPv6; the other's number in one is nobody's.</summary>
    public bool IsIcmp => !IsLaterFragment && Protocol == (IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp);

    public byte IcmpType => Transport[0];

    public byte IcmpCode => Transport[1];

    public bool IsEcho => IsIcmp && (IsIpv6 ? IcmpType is 128 or 129 : IcmpType is 0 or 8);

    public bool IsIcmpError => IsIcmp && (IsIpv6 ? IcmpType < 128 : IcmpType is 3 or 4 or 5 or 11 or 12);

    /// <summary>What a flow's key has for it: a port, or the identifier of an echo, or 0.</summary>
    public ushort SourcePort => HasPorts ? Octets.Read16(Transport, 0) : IsEcho ? Octets.Read16(Transport, 4) : (ushort)0;

    public ushort DestinationPort => HasPorts ? Octets.Read16(Transport, 2) : (ushort)0;

    /// <summary>Reads the packet that bytes begin with. What is behind its length is not part of it.</summary>
    public static DropReason TryRead(byte[] bytes, bool isIpv6, out IpPacket packet)
    {
        DropReason reason = isIpv6 ? TryReadIpv6(bytes, out packet) : TryReadIpv4(bytes, out packet);
        return reason == DropReason.None && !packet.IsLaterFragment ? packet.CheckTransport() : reason;
    }

    /// <summary>Reads a packet of which there may be the beginning only, as a quote: its header says how long it was.</summary>
    public static IpPacket ReadQuoted(byte[] bytes) => bytes[0] >> 4 == 6
        ? new IpPacket(bytes) { Protocol = bytes[6], Upper = Ipv6Fixed }
        : new IpPacket(bytes) { Protocol = bytes[9], Upper = (bytes[0] & 15) * 4 };

    public IpPacket WithTtl(byte ttl) => WithHeaderByte(IsIpv6 ? 7 : 8, ttl);

    public IpPacket WithEcn(byte ecn) => IsIpv6
        ? WithHeaderByte(1, (byte)((Bytes[1] & ~0x30) | ecn << 4))
        : WithHeaderByte(1, (byte)((Bytes[1] & ~3) | ecn));

    public IpPacket WithAddresses(IpAddress source, IpAddress destination)
    {
        IpPacket other = this with { Bytes = Octets.With(Bytes, IsIpv6 ? 8 : 12, [.. Octets.Of(source), .. Octets.Of(destination)]) };
        return other.WithTtl(Ttl);
    }

    /// <summary>The same packet with another transport header and payload of that length.</summary>
    public IpPacket WithTransport(byte[] transport) => this with { Bytes = [.. Bytes[..Upper], .. transport] };

    private static DropReason TryReadIpv4(byte[] bytes, out IpPacket packet)
    {
        packet = new IpPacket(bytes);

        if (bytes.Length < Ipv4Minimum || bytes[0] >> 4 != 4)
        {
            return DropReason.Malformed;
        }

        int headerLength = (bytes[0] & 15) * 4;
        int totalLength = Octets.Read16(bytes, 2);

        if (headerLength < Ipv4Minimum || totalLength < headerLength || totalLength > bytes.Length || InternetChecksum.Of(bytes[..headerLength]) != 0)
        {
            return DropReason.Malformed;
        }

        int offset = (Octets.Read16(bytes, 6) & 0x1FFF) * 8;
        bool hasMore = (bytes[6] & 0x20) != 0;
        packet = new IpPacket(bytes[..totalLength])
        {
            Protocol = bytes[9],
            Upper = headerLength,
            FragmentPayload = headerLength,
            Fragment = offset > 0 || hasMore ? new FragmentPlace(Octets.Read16(bytes, 4), offset, hasMore) : null,
        };
        return DropReason.None;
    }

    private static DropReason TryReadIpv6(byte[] bytes, out IpPacket packet)
    {
        packet = new IpPacket(bytes);

        if (bytes.Length < Ipv6Fixed || bytes[0] >> 4 != 6 || Ipv6Fixed + Octets.Read16(bytes, 4) > bytes.Length)
        {
            return DropReason.Malformed;
        }

        packet = new IpPacket(bytes[..(Ipv6Fixed + Octets.Read16(bytes, 4))]) { Protocol = bytes[6], Upper = Ipv6Fixed };

        while (s_extensions.Contains(packet.Protocol) && !packet.IsLaterFragment)
        {
            int left = packet.Bytes.Length - packet.Upper;

            if (left < 8 || packet.ExtensionLength > left)
            {
                return DropReason.Malformed;
            }

            packet = packet.BehindExtension();
        }

        return DropReason.None;
    }

    private int ExtensionLength => Protocol switch
    {
        IpProtocol.Fragment => 8,
        IpProtocol.Ah => (Bytes[Upper + 1] + 2) * 4, // RFC 4302 section 2.2
        _ => (Bytes[Upper + 1] + 1) * 8,
    };

    private IpPacket BehindExtension() => this with
    {
        Protocol = Bytes[Upper],
        Upper = Upper + ExtensionLength,
        FragmentPayload = Protocol == IpProtocol.Fragment ? Upper + ExtensionLength : FragmentPayload,
        Fragment = Protocol == IpProtocol.Fragment
            ? new FragmentPlace(Octets.Read32(Bytes, Upper + 4), Octets.Read16(Bytes, Upper + 2) & ~7, (Bytes[Upper + 3] & 1) != 0)
            : Fragment,
    };

    /// <summary>A cut-off transport header is malformed; in a first fragment it hides the ports (RFC 1858).</summary>
    private DropReason CheckTransport()
    {
        byte[] transport = Transport;
        DropReason cutOff = Fragment is null ? DropReason.Malformed : DropReason.FragmentInvalid;

        switch (Protocol)
        {
            case IpProtocol.Tcp:
                return transport.Length < 20 || (transport[12] >> 4) * 4 < 20 || (transport[12] >> 4) * 4 > transport.Length ? cutOff : DropReason.None;

            case IpProtocol.Udp when transport.Length >= 8:
                int length = Octets.Read16(transport, 4);
                return length < 8 || (length > transport.Length && Fragment is null) ? DropReason.Malformed : DropReason.None;

            case IpProtocol.Udp:
                return cutOff;

            case IpProtocol.Sctp:
                return transport.Length < 12 ? cutOff : DropReason.None;

            default:
                return IsIcmp && transport.Length < 8 ? cutOff : DropReason.None;
        }
    }

    private IpPacket WithHeaderByte(int offset, byte value)
    {
        byte[] bytes = Octets.With(Bytes, offset, value);

        if (!IsIpv6)
        {
            bytes = Octets.With(bytes, 10, 0, 0);
            bytes = Octets.With(bytes, 10, Octets.Of16(InternetChecksum.Of(bytes[..Upper])));
        }

        return this with { Bytes = bytes };
    }
}

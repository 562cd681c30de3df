using System.Buffers.Binary;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

/// <summary>
/// A packet of a flow but for its addresses and ports: for any of those it can be written afresh, every checksum summed up from all the bytes.
/// So a translated one can be compared with the one that would have been sent.
/// </summary>
/// <param name="IsIpv6">Its family.</param>
/// <param name="Protocol">What it carries.</param>
/// <param name="Between">IPv4 options in words, or IPv6 extension headers.</param>
/// <param name="Rest">What follows the ports; of ICMP type, code, and what follows the identifier.</param>
internal sealed record FlowPacket(bool IsIpv6, byte Protocol, byte[] Between, byte[] Rest)
{
    /// <summary>Whether it is cut behind so many bytes of its transport packet, with more to come; 0 = it is whole.</summary>
    public int FirstFragment { get; init; }

    /// <summary>Whether it is a later fragment, all of <see cref="Rest"/> and no transport header.</summary>
    public bool IsLaterFragment { get; init; }

    /// <summary>Whether its UDP checksum is none.</summary>
    public bool HasNoChecksum { get; init; }

    /// <summary>Whether its checksum is left to be computed: there is the pseudo-header's sum.</summary>
    public bool IsChecksumPartial { get; init; }

    /// <summary>Where it goes in the end, in a routing header; it is no address of the flow.</summary>
    public IpAddress? LastDestination { get; init; }

    public bool IsFragment => FirstFragment > 0 || IsLaterFragment;

    public int Start => (IsIpv6 ? Ipv6Header.Size : Ipv4Header.Size) + Between.Length;

    public int TransportOffset => IsLaterFragment ? 0 : Start;

    private bool IsMessage => Protocol == (IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp);

    /// <summary>Where the checksum lies in the transport packet; -1 = there is none.</summary>
    public int ChecksumOffset => Protocol switch
    {
        IpProtocol.Tcp => 16,
        IpProtocol.Udp => 6,
        IpProtocol.Sctp => 8,
        _ => IsMessage ? 2 : -1,
    };

    public int ChecksumSize => Protocol == IpProtocol.Sctp ? 4 : 2;

    public byte[] Bytes(Translation flow)
    {
        byte[] payload = IsLaterFragment ? Rest : Transport(flow);
        payload = FirstFragment > 0 ? payload[..FirstFragment] : payload;
        return [.. IsIpv6 ? Ipv6(flow, payload.Length) : Ipv4(flow, payload.Length), .. payload];
    }

    private byte[] Ipv4(Translation flow, int length)
    {
        Ipv4Header ip = new(Protocol, flow.Source.Ipv4, flow.Destination.Ipv4, Start + length)
        {
            VersionAndWords = (byte)(0x45 + Between.Length / 4),
            FlagsAndOffset = (ushort)(FirstFragment > 0 ? Ipv4Header.MoreFragments : IsLaterFragment ? 1 : 0),
            Id = 0x1234,
        };

        byte[] header = [.. Wire.Emitted(ip), .. Between];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum.Of(header));
        return header;
    }

    // The first of the extension headers is hop-by-hop options or a fragment header; it names the next one, and the last one the protocol.
    private byte[] Ipv6(Translation flow, int length)
    {
        byte next = Between.Length == 0 ? Protocol : IsFragment ? IpProtocol.Fragment : IpProtocol.HopByHop;
        return [.. Wire.Emitted(new Ipv6Header(next, flow.Source, flow.Destination, Between.Length + length)), .. Between];
    }

    private byte[] Transport(Translation flow)
    {
        byte[] ports = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(ports, flow.Ports);

        byte[] transport = IsMessage
            ? [.. Rest[..2], 0, 0, .. IsEcho ? ports[..2] : [0, 0], .. Rest[2..]]
            : ChecksumOffset < 0 ? Rest : [.. ports, .. Rest];

        if (ChecksumOffset >= 0)
        {
            Span<byte> field = transport.AsSpan(ChecksumOffset, ChecksumSize);
            field.Clear();
            Seal(flow, transport, field);
        }

        return transport;
    }

    private bool IsEcho => IsIpv6 ? Rest[0] is 128 or 129 : Rest[0] is 0 or 8;

    private void Seal(Translation flow, byte[] transport, Span<byte> field)
    {
        uint pseudo = Protocol == IpProtocol.Icmp
            ? 0
            : Checksum.PseudoHeader(flow.Source, LastDestination ?? flow.Destination, Protocol, transport.Length);

        if (Protocol == IpProtocol.Sctp)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(field, Crc32cTest.Naive(transport));
        }
        else if (!HasNoChecksum)
        {
            BinaryPrimitives.WriteUInt16BigEndian(field, IsChecksumPartial
                ? (ushort)pseudo
                : Protocol == IpProtocol.Udp ? Checksum.OfUdp(transport, pseudo) : Checksum.Of(transport, pseudo));
        }
    }

    public override string ToString() =>
        $"{(IsIpv6 ? "IPv6" : "IPv4")} {Protocol} {Convert.ToHexString(Between)} {Convert.ToHexString(Rest)} first {FirstFragment} later {IsLaterFragment} none {HasNoChecksum} partial {IsChecksumPartial}";
}

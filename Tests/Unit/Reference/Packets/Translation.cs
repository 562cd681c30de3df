using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Gives packets other addresses and ports. Checksums go on from what they were (RFC 1624, equation 3): a wrong one stays wrong.</summary>
internal static class Translation
{
    private const int ErrorHeader = 8;

    /// <summary>A packet of a flow as it leaves. Null: it cannot be translated.</summary>
    /// <param name="ip">As it came.</param>
    /// <param name="comes">Who talks to whom as the flow's packets come.</param>
    /// <param name="leaves">And as they leave.</param>
    public static IpPacket? TryApply(IpPacket ip, FiveTuple comes, FiveTuple leaves)
    {
        if (comes == leaves)
        {
            return ip;
        }

        return ip.IsIcmpError ? ApplyToError(ip, comes, leaves) : TryApply(ip, leaves);
    }

    private static IpPacket? TryApply(IpPacket ip, FiveTuple leaves)
    {
        IpPacket moved = ip.WithAddresses(leaves.Source, leaves.Destination);

        if (ip.IsLaterFragment)
        {
            return moved;
        }

        // The checksum of SCTP is over all of the packet: a fragment has not got it (RFC 9260 section 6.8).
        bool hasOtherPorts = (ip.SourcePort, ip.DestinationPort) != (leaves.SourcePort, leaves.DestinationPort);

        return ip.Protocol == IpProtocol.Sctp && ip.Fragment is { HasMore: true } && hasOtherPorts ? null : moved.WithTransport(Transport(ip, ip.Transport, leaves));
    }

    /// <summary>
    /// The quote becomes what its sender sent. Where the end that the flow comes from has another address for the other side, the error comes from that
    /// (RFC 5508 REQ-5).
    /// </summary>
    private static IpPacket ApplyToError(IpPacket ip, FiveTuple comes, FiveTuple leaves)
    {
        IpAddress source = leaves.Source == comes.Source ? ip.Source : leaves.Source;
        byte[] message = [.. ip.Transport[..ErrorHeader], .. Quoted(ip.Transport[ErrorHeader..], leaves.Reverse())];
        byte[] before = [.. ip.IsIpv6 ? Addresses(ip.Source, ip.Destination) : [], .. ip.Transport];
        byte[] after = [.. ip.IsIpv6 ? Addresses(source, leaves.Destination) : [], .. message];
        message = Octets.With(message, 2, Octets.Of16(InternetChecksum.Updated(Octets.Read16(message, 2), before, after)));
        return ip.WithAddresses(source, leaves.Destination).WithTransport(message);
    }

    private static byte[] Quoted(byte[] quoted, FiveTuple leaves)
    {
        IpPacket ip = IpPacket.ReadQuoted(quoted);
        byte[] transport = Transport(ip, ip.Transport, leaves);
        return ip.WithAddresses(leaves.Source, leaves.Destination).WithTransport(transport).Bytes;
    }

    /// <summary>The transport header, of which a quote may have the beginning only, with other ports and its checksum after that.</summary>
    private static byte[] Transport(IpPacket ip, byte[] transport, FiveTuple leaves) => ip.Protocol switch
    {
        IpProtocol.Tcp => Summed(ip, transport, WithPorts(transport, leaves), 16, leaves),
        IpProtocol.Udp => Summed(ip, transport, WithPorts(transport, leaves), 6, leaves),
        IpProtocol.Sctp => Sctp(transport, WithPorts(transport, leaves)),
        _ when ip.IsEcho => Summed(ip, transport, Octets.With(transport, 4, Octets.Of16(leaves.SourcePort)), 2, leaves),
        _ when ip.IsIcmp => Summed(ip, transport, transport, 2, leaves),
        _ => transport,
    };

    private static byte[] WithPorts(byte[] transport, FiveTuple leaves) =>
        Octets.With(transport, 0, [.. Octets.Of16(leaves.SourcePort), .. Octets.Of16(leaves.DestinationPort)]);

    private static byte[] Summed(IpPacket ip, byte[] before, byte[] after, int place, FiveTuple leaves)
    {
        bool isLeftOut = ip.Protocol == IpProtocol.Udp && Octets.Read16(before, place) == 0;

        if (before.Length < place + 2 || isLeftOut)
        {
            return after;
        }

        // ICMP alone has no pseudo-header.
        bool coversAddresses = ip.Protocol != IpProtocol.Icmp;
        byte[] covered = [.. coversAddresses ? Addresses(ip.Source, ip.Destination) : [], .. before];
        byte[] covers = [.. coversAddresses ? Addresses(leaves.Source, leaves.Destination) : [], .. after];
        ushort sum = InternetChecksum.Updated(Octets.Read16(before, place), covered, covers);
        return Octets.With(after, place, Octets.Of16(ip.Protocol == IpProtocol.Udp && sum == 0 ? ushort.MaxValue : sum));
    }

    private static byte[] Sctp(byte[] before, byte[] after) => before.Length < 12 || before.AsSpan().SequenceEqual(after)
        ? after
        : Octets.With(after, 8, Crc32c.Of(Octets.With(after, 8, 0, 0, 0, 0)));

    private static byte[] Addresses(IpAddress source, IpAddress destination) => [.. Octets.Of(source), .. Octets.Of(destination)];
}

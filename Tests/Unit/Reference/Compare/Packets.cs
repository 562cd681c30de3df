using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Packets from scratch, with right lengths and checksums.</summary>
internal static class Packets
{
    public static byte[] Ip(IpAddress source, IpAddress destination, byte protocol, byte ttl, byte[] payload)
    {
        if (source.IsIpv6)
        {
            return [0x60, 0, 0, 0, .. Octets.Of16(payload.Length), protocol, ttl, .. Octets.Of(source), .. Octets.Of(destination), .. payload];
        }

        byte[] header = [0x45, 0, .. Octets.Of16(20 + payload.Length), 0x12, 0x34, 0, 0, ttl, protocol, 0, 0, .. Octets.Of(source), .. Octets.Of(destination)];
        return [.. Octets.With(header, 10, Octets.Of16(InternetChecksum.Of(header))), .. payload];
    }

    /// <summary>A fragment: RFC 791 section 3.1, RFC 8200 section 4.5.</summary>
    public static byte[] Fragment(IpAddress source, IpAddress destination, byte protocol, byte ttl, uint id, int offset, bool hasMore, byte[] payload)
    {
        if (source.IsIpv6)
        {
            return Ip(source, destination, IpProtocol.Fragment, ttl, [protocol, 0, .. Octets.Of16(offset | (hasMore ? 1 : 0)), .. Octets.Of32(id), .. payload]);
        }

        byte[] whole = Ip(source, destination, protocol, ttl, payload);
        byte[] header = [.. whole[..4], .. Octets.Of16((int)id), .. Octets.Of16((offset / 8) | (hasMore ? 0x2000 : 0)), .. whole[8..10], 0, 0, .. whole[12..20]];
        return [.. Octets.With(header, 10, Octets.Of16(InternetChecksum.Of(header))), .. payload];
    }

    public static byte[] Udp(int from, int to, byte[] payload) => [.. Octets.Of16(from), .. Octets.Of16(to), .. Octets.Of16(8 + payload.Length), 0, 0, .. payload];

    public static byte[] Sctp(int from, int to, byte[] payload) => [.. Octets.Of16(from), .. Octets.Of16(to), 0, 0, 0, 1, 0, 0, 0, 0, .. payload];

    public static byte[] Tcp(int from, int to, uint sequence, uint acknowledgement, TcpFlags flags, int window, byte[] options, byte[] payload) =>
    [
        .. Octets.Of16(from), .. Octets.Of16(to), .. Octets.Of32(sequence), .. Octets.Of32(acknowledgement),
        (byte)(5 + options.Length / 4 << 4), (byte)flags, .. Octets.Of16(window), 0, 0, 0, 0, .. options, .. payload,
    ];

    public static byte[] Icmp(byte type, byte code, uint rest, byte[] payload) => [type, code, 0, 0, .. Octets.Of32(rest), .. payload];

    /// <summary>Puts the checksum in that a transport header has at its place.</summary>
    public static byte[] Summed(IpAddress source, IpAddress destination, byte protocol, byte[] transport)
    {
        if (protocol == IpProtocol.Sctp)
        {
            return Octets.With(transport, 8, Crc32c.Of(transport));
        }

        int place = protocol switch { IpProtocol.Tcp => 16, IpProtocol.Udp => 6, IpProtocol.Icmp or IpProtocol.Icmpv6 => 2, _ => -1 };

        if (place < 0)
        {
            return transport;
        }

        byte[] pseudo = protocol == IpProtocol.Icmp ? [] : InternetChecksum.PseudoHeader(source, destination, protocol, transport.Length);
        return Octets.With(transport, place, Octets.Of16(InternetChecksum.Of(pseudo, transport)));
    }
}

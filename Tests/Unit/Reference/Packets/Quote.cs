using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The packet that an ICMP error is about, as far as it is quoted: its header and eight bytes at least (RFC 792).</summary>
internal static class Quote
{
    private const int ErrorHeader = 8;
    private const int LeastTransport = 8;

    /// <summary>Whose packet it was; null where that cannot be read, or where it was an error itself, about which there are none.</summary>
    public static FiveTuple? Read(IpPacket error)
    {
        byte[] quoted = error.Transport[ErrorHeader..];
        return error.IsIpv6 ? ReadIpv6(quoted) : ReadIpv4(quoted);
    }

    private static FiveTuple? ReadIpv4(byte[] quoted)
    {
        if (quoted.Length < 20 || quoted[0] >> 4 != 4 || (quoted[0] & 15) < 5 || quoted.Length < (quoted[0] & 15) * 4)
        {
            return null;
        }

        // A later fragment has no ports.
        return (Octets.Read16(quoted, 6) & 0x1FFF) != 0
            ? null
            : Read(IpAddress.FromBytes(quoted.AsSpan(12, 4)), IpAddress.FromBytes(quoted.AsSpan(16, 4)), quoted[9], quoted[((quoted[0] & 15) * 4)..]);
    }

    // Extension headers in quotes are for when there is need.
    private static FiveTuple? ReadIpv6(byte[] quoted) => quoted.Length < 40 || quoted[0] >> 4 != 6
        ? null
        : Read(IpAddress.FromBytes(quoted.AsSpan(8, 16)), IpAddress.FromBytes(quoted.AsSpan(24, 16)), quoted[6], quoted[40..]);

    private static FiveTuple? Read(IpAddress source, IpAddress destination, byte protocol, byte[] transport)
    {
        bool isIcmp = protocol == (source.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp);
        bool hasPorts = protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

        if ((isIcmp || hasPorts) && transport.Length < LeastTransport)
        {
            return null;
        }

        if (hasPorts)
        {
            return new FiveTuple(source, destination, protocol, Octets.Read16(transport, 0), Octets.Read16(transport, 2));
        }

        if (!isIcmp)
        {
            return new FiveTuple(source, destination, protocol, 0, 0);
        }

        byte type = transport[0];
        bool isError = source.IsIpv6 ? type < 128 : type is 3 or 4 or 5 or 11 or 12;
        bool isEcho = source.IsIpv6 ? type is 128 or 129 : type is 0 or 8;
        return isError ? null : new FiveTuple(source, destination, protocol, isEcho ? Octets.Read16(transport, 4) : (ushort)0, 0);
    }
}

using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The packet that an ICMP error is about, as far as it is quoted: its header and eight bytes at least (RFC 792).</summary>
internal static class Quote
{
    private const int ErrorHeader = 8;

    /// <summary>Whose packet it was; null where that cannot be read, or where it was an error itself, about which there are none.</summary>
    public static FiveTuple? Read(IpPacket error)
    {
        byte[] quoted = error.Transport[ErrorHeader..];

        return error.IsIpv6 ? ReadIpv6(quoted) : ReadIpv4(quoted);
    }

    private static FiveTuple? ReadIpv4(byte[] quoted)
    {
        if (quoted.Length < 20 || quoted[0] >> 4 != 4 || (quoted[0] & 15) < 5 || (Octets.Read16(quoted, 6) & 0x1FFF) != 0)
        {
            return null;
        }

        int headerLength = (quoted[0] & 15) * 4;
        return quoted.Length < headerLength + ErrorHeader
            ? null
            : Read(IpAddress.FromBytes(quoted.AsSpan(12, 4)), IpAddress.FromBytes(quoted.AsSpan(16, 4)), quoted[9], quoted[headerLength..]);
    }

    // Extension headers in quotes are for when there is need.
    private static FiveTuple? ReadIpv6(byte[] quoted) => quoted.Length < 48 || quoted[0] >> 4 != 6
        ? null
        : Read(IpAddress.FromBytes(quoted.AsSpan(8, 16)), IpAddress.FromBytes(quoted.AsSpan(24, 16)), quoted[6], quoted[40..]);

    private static FiveTuple? Read(IpAddress source, IpAddress destination, byte protocol, byte[] transport)
    {
        switch (protocol)
        {
            case IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp:
                return new FiveTuple(source, destination, protocol, Octets.Read16(transport, 0), Octets.Read16(transport, 2));

            case IpProtocol.Icmp when !source.IsIpv6:
                return transport[0] is 3 or 4 or 5 or 11 or 12 ? null : OfIcmp(transport[0] is 0 or 8);

            case IpProtocol.Icmpv6 when source.IsIpv6:
                return transport[0] < 128 ? null : OfIcmp(transport[0] is 128 or 129);

            default:
                return new FiveTuple(source, destination, protocol, 0, 0);
        }

        FiveTuple OfIcmp(bool isEcho) => new(source, destination, protocol, isEcho ? Octets.Read16(transport, 4) : (ushort)0, 0);
    }
}

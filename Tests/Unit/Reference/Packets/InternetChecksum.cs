using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>RFC 1071, two bytes at a time.</summary>
internal static class InternetChecksum
{
    /// <summary>The checksum of bytes in which the checksum field is 0; 0 of bytes that hold their right one.</summary>
    public static ushort Of(params byte[][] parts)
    {
        uint sum = 0;

        foreach (byte[] part in parts)
        {
            for (int i = 0; i < part.Length; i++)
            {
                sum += (i & 1) == 0 ? (uint)part[i] << 8 : part[i];
            }
        }

        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>A checksum after what it covers, the checksum itself left out, has become something else of the same length (RFC 1624 section 3).</summary>
    public static ushort Updated(ushort checksum, byte[] before, byte[] after) =>
        Of(Octets.Of16((ushort)~checksum), Octets.Of16(Of(before)), Octets.Of16((ushort)~Of(after)));

    /// <summary>What TCP, UDP and ICMPv6 sum up in front of themselves (RFC 9293 section 3.1, RFC 8200 section 8.1).</summary>
    public static byte[] PseudoHeader(IpAddress source, IpAddress destination, byte protocol, int length) =>
        [.. Octets.Of(source), .. Octets.Of(destination), .. Octets.Of32((uint)length), .. Octets.Of32(protocol)];
}

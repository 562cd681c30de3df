using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace VRouter.Encap;

/// <summary>An IPv4 or IPv6 address. IPv4 lies in the low 32 bits of <see cref="Low"/>; both in host order.</summary>
public readonly record struct IpAddress(ulong High, ulong Low, bool IsIpv6) : IParsable<IpAddress>, IComparable<IpAddress>
{
    /// <summary>An IPv4 address from its number: 10.0.0.1 is 0x0A000001.</summary>
    public static IpAddress FromIpv4(uint address) => new(0, address, false);

    /// <summary>An IPv6 address from its upper and lower 64 bits.</summary>
    public static IpAddress FromIpv6(ulong high, ulong low) => new(high, low, true);

    /// <summary>The number of an IPv4 address; meaningless for IPv6.</summary>
    public uint Ipv4 => (uint)Low;

    /// <summary>32 or 128.</summary>
    public int Bits => IsIpv6 ? 128 : 32;

    /// <summary>224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291 section 2.7).</summary>
    public bool IsMulticast => IsIpv6 ? High >> 56 == 0xFF : Low >> 28 == 0xE;

    /// <summary>169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291 section 2.5.6).</summary>
    public bool IsLinkLocal => IsIpv6 ? High >> 54 == 0x3FA : Low >> 16 == 0xA9FE;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => (High | Low) == 0;

    /// <summary>Reads 4 or 16 bytes in wire order.</summary>
    public static IpAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => FromIpv6(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
        _ => throw new ArgumentException("an address has 4 or 16 bytes", nameof(bytes)),
    };

    /// <summary>Writes 4 or 16 bytes in wire order and says how many.</summary>
    public int CopyTo(Span<byte> bytes)
    {
        if (!IsIpv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, Ipv4);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return 16;
    }

    /// <summary>Parses "10.47.255.251" (four decimal octets, RFC 6943 section 3.1.1 strict form) or "2001:db8::1"; no zone, no port.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;

        if (text.Contains(':'))
        {
            if (text.ContainsAny('%', '[', ']') || !IPAddress.TryParse(text, out IPAddress? v6) || v6.AddressFamily != AddressFamily.InterNetworkV6)
            {
                return false;
            }

            Span<byte> bytes = new byte[16];
            address = v6.TryWriteBytes(bytes, out _) ? FromBytes(bytes) : default;
            return true;
        }

        return TryParseIpv4(text, out address);
    }

    private static bool TryParseIpv4(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        uint value = 0, octet = 0;
        int octets = 0, digits = 0;

        foreach (char c in text)
        {
            if (c == '.' && digits > 0 && octets < 3)
            {
                value = value << 8 | octet;
                (octet, digits) = (0, 0);
                octets++;
            }
            else if (char.IsAsciiDigit(c) && !(digits > 0 && octet == 0))
            {
                octet = octet * 10 + (uint)(c - '0');
                digits++;

                if (octet > 255)
                {
                    return false;
                }
            }
            else
            {
                return false;
            }
        }

        address = FromIpv4(value << 8 | octet);
        return octets == 3 && digits > 0;
    }

    /// <inheritdoc/>
    public static IpAddress Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s.AsSpan(), out IpAddress address) ? address : throw new FormatException($"'{s}' is not an IP address");

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out IpAddress result) => TryParse(s.AsSpan(), out result);

    /// <summary>Orders IPv4 before IPv6, then by number.</summary>
    public int CompareTo(IpAddress other) =>
        (IsIpv6, High, Low).CompareTo((other.IsIpv6, other.High, other.Low));

    /// <summary>The text form of RFC 5952 (IPv6) or four decimal octets.</summary>
    public override string ToString()
    {
        Span<byte> bytes = new byte[16];
        return new IPAddress(bytes[..CopyTo(bytes)]).ToString();
    }
}

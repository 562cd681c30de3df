using System.Globalization;

namespace VRouter.Encap;

/// <summary>A 48-bit Ethernet address, kept in the low bits of <see cref="Value"/> with the first octet highest.</summary>
public readonly record struct MacAddress(ulong Value) : ISpanParsable<MacAddress>, ISpanFormattable
{
    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static readonly MacAddress Broadcast = new(0xFFFF_FFFF_FFFF);

    /// <summary>The group bit: broadcast and multicast (IEEE 802.3 section 3.2.3).</summary>
    public bool IsGroup => (Value >> 40 & 1) != 0;

    /// <summary>00:00:00:00:00:00, which no station has.</summary>
    public bool IsZero => Value == 0;

    /// <summary>Reads six octets in wire order.</summary>
    public static MacAddress FromBytes(ReadOnlySpan<byte> octets)
    {
        ulong value = 0;

        foreach (byte octet in octets[..6])
        {
            value = value << 8 | octet;
        }

        return new MacAddress(value);
    }

    /// <summary>Writes six octets in wire order.</summary>
    public void CopyTo(Span<byte> octets)
    {
        for (int i = 0; i < 6; i++)
        {
            octets[i] = (byte)(Value >> (40 - 8 * i));
        }
    }

    /// <summary>Parses "02:5a:1f:c0:3e:f7": six two-digit octets, colons or dashes between them.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress mac)
    {
        mac = default;

        if (text.Length != 17)
        {
            return false;
        }

        ulong value = 0;

        for (int i = 0; i < 17; i += 3)
        {
            if (i > 0 && text[i - 1] is not (':' or '-'))
            {
                return false;
            }

            if (!byte.TryParse(text.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet))
            {
                return false;
            }

            value = value << 8 | octet;
        }

        mac = new MacAddress(value);
        return true;
    }

    /// <inheritdoc/>
    public static MacAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out MacAddress mac) ? mac : throw new FormatException($"'{s}' is not a MAC address");

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MacAddress result) => TryParse(s, out result);

    /// <inheritdoc/>
    public static MacAddress Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out MacAddress result) => TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(byte)(Value >> 40):x2}:{(byte)(Value >> 32):x2}:{(byte)(Value >> 24):x2}:{(byte)(Value >> 16):x2}:{(byte)(Value >> 8):x2}:{(byte)Value:x2}");

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string text = ToString();
        charsWritten = text.TryCopyTo(destination) ? text.Length : 0;
        return charsWritten > 0;
    }
}

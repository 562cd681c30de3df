using System.Globalization;

namespace VRouter.Encap;

/// <summary>An address prefix: "10.0.0.0/8", "2001:db8::/32". Host bits may be set; see <see cref="HasHostBits"/>.</summary>
public readonly record struct IpPrefix(IpAddress Address, byte Length) : IParsable<IpPrefix>
{
    /// <summary>The prefix that holds just this address.</summary>
    public static IpPrefix Host(IpAddress address) => new(address, (byte)address.Bits);

    /// <summary>Whether the prefix is of IPv6.</summary>
    public bool IsIpv6 => Address.IsIpv6;

    /// <summary>Whether the prefix is one address.</summary>
    public bool IsHost => Length == Address.Bits;

    /// <summary>Whether bits behind the length are set: an address with a prefix length, not a prefix.</summary>
    public bool HasHostBits => Network.Address != Address;

    /// <summary>The prefix with its host bits cleared.</summary>
    public IpPrefix Network => new(Mask(Address, Length), Length);

    /// <summary>Whether the address lies in the prefix.</summary>
    public bool Contains(IpAddress address) => address.IsIpv6 == IsIpv6 && Mask(address, Length) == Mask(Address, Length);

    private static IpAddress Mask(IpAddress address, int length) => address.IsIpv6
        ? IpAddress.FromIpv6(address.High & Ones(length), address.Low & Ones(length - 64))
        : IpAddress.FromIpv4(address.Ipv4 & (uint)(Ones(length) >> 32));

    private static ulong Ones(int count) => count <= 0 ? 0 : count >= 64 ? ulong.MaxValue : ulong.MaxValue << (64 - count);

    /// <summary>Parses "address/length"; an address alone is a host prefix.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');

        if (!IpAddress.TryParse(slash < 0 ? text : text[..slash], out IpAddress address))
        {
            return false;
        }

        int length = address.Bits;

        if (slash >= 0 && !(int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= address.Bits))
        {
            return false;
        }

        prefix = new IpPrefix(address, (byte)length);
        return true;
    }

    /// <inheritdoc/>
    public static IpPrefix Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s.AsSpan(), out IpPrefix prefix) ? prefix : throw new FormatException($"'{s}' is not an address prefix");

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out IpPrefix result) => TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");
}

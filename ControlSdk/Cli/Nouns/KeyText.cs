using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace VRouter.ControlSdk.Cli;

/// <summary>Parts of keys as people type them, made what the vRouter calls them.</summary>
internal static class KeyText
{
    private const int MacDigits = 12;

    /// <summary>"7".</summary>
    public static uint Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
        ? number
        : throw Usage($"'{text}' is not a number");

    /// <summary>"10.0.0.0/8"; an address is the prefix of it alone.</summary>
    public static string Prefix(string text) => Parse(text) is { } address
        ? $"{address}/{8 * address.GetAddressBytes().Length}"
        : IPNetwork.TryParse(text, out IPNetwork prefix) && prefix.BaseAddress.Equals(Parse(text.Split('/')[0])) ? prefix.ToString()
        : throw Usage($"'{text}' is not a prefix: an address, or ADDRESS/LENGTH with no bits behind the length");

    /// <summary>"2001:db8::1".</summary>
    public static string Address(string text) => AddressOf(text).ToString();

    /// <inheritdoc cref="Address"/>
    public static IPAddress AddressOf(string text) => Parse(text) ?? throw Usage($"'{text}' is not an address");

    /// <summary>"02:5a:1f:c0:3e:f7".</summary>
    public static string Mac(string text) => PhysicalAddress.TryParse(text, out PhysicalAddress? mac) && mac.ToString() is { Length: MacDigits } digits
        ? string.Join(':', digits.ToLowerInvariant().Chunk(2).Select(pair => new string(pair)))
        : throw Usage($"'{text}' is not a MAC address");

    // "10" is an address to inet_aton(3), but hardly what was meant.
    private static IPAddress? Parse(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) && (text.Contains(':', StringComparison.Ordinal) || text.Count(letter => letter == '.') == 3) ? address : null;

    private static CommandException Usage(string message) => new(ExitCode.Refused, message);
}

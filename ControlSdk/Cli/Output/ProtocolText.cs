using System.Globalization;

namespace VRouter.ControlSdk.Cli;

/// <summary>Transport protocols by the names that everyone knows, else by their IANA numbers.</summary>
internal static class ProtocolText
{
    private static readonly Dictionary<uint, string> s_names = new() { [1] = "icmp", [6] = "tcp", [17] = "udp", [47] = "gre", [58] = "icmp6", [132] = "sctp" };

    public static string Of(uint protocol) => s_names.GetValueOrDefault(protocol) ?? protocol.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of "tcp" or "6"; null when it is no protocol.</summary>
    public static uint? Parse(string text) => s_names.FirstOrDefault(name => name.Value.Equals(text, StringComparison.OrdinalIgnoreCase)) is { Value: not null } named ? named.Key
        : byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte number) ? number
        : null;
}

using Google.Protobuf.WellKnownTypes;
using VRouter.Encap;

namespace VRouter.ControlSdk.Server;

/// <summary>Values that are left out of the contract's text where there are none.</summary>
internal static class OptionalText
{
    public static string Of(MacAddress mac) => mac.IsZero ? "" : mac.ToString();

    public static string Of(IpAddress? address) => address?.ToString() ?? "";

    public static Duration? Of(TimeSpan time) => time == TimeSpan.Zero ? null : Duration.FromTimeSpan(time);
}

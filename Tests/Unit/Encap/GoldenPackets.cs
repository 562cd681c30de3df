namespace VRouter.Tests.Unit.Encap;

/// <summary>
/// Packets as Tungsten Fabric's vRouter sends them: tunnel 1.1.2.2 to 2.2.1.1, label 48. The tenant's MAC and the underlay's source are
/// de:ad:be:ef:00:02, the virtual MAC and the underlay's next hop de:ad:be:ef:00:01.
/// </summary>
internal static class GoldenPackets
{
    private const string Ethernet = "deadbeef0001deadbeef00020800";

    private const string UdpAndPayload = "1f001f00005879a7" + Payload;

    private const string Payload =
        "6b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e79" + "6b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e79";

    /// <summary>What the tenant sent: UDP from 1.1.1.1 to 2.2.2.2, TTL 64.</summary>
    public static byte[] FromTenant => Convert.FromHexString(Ethernet + "4500006c000100004011747b0101010102020202" + UdpAndPayload);

    /// <summary>The IP packet after routing: TTL 63.</summary>
    public static byte[] Routed => Convert.FromHexString(RoutedHex);

    /// <summary>MPLS over UDP, outer id 1, source port 0xEB06.</summary>
    public static byte[] MplsOverUdp => Convert.FromHexString(
        Ethernet + "4500008c000100004011745b0101020202020101" + "eb0619eb00780000" + "0003013f" + RoutedHex);

    /// <summary>MPLS over GRE, outer id 1.</summary>
    public static byte[] MplsOverGre => Convert.FromHexString(
        Ethernet + "4500008800010000402f74410101020202020101" + "00008847" + "0003013f" + RoutedHex);

    private const string RoutedHex = "4500006c000100003f11757b0101010102020202" + UdpAndPayload;
}

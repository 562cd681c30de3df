using NUnit.Framework;

namespace VRouter.Tests.Programs.Offline;

/// <summary>
/// Tungsten Fabric's own packets: from a tenant at 1.1.1.1 to 2.2.2.2 behind the tunnel 1.1.2.2 to 2.2.1.1 under label (or VNI) 48.
/// The outer header's id, checksum and UDP source port vary.
/// </summary>
internal static class GoldenPackets
{
    public const string In =
        "deadbeef0001deadbeef000208004500006c000100004011747b01010101020202021f001f00005879a7" + Payload;

    public const string MplsOverUdp =
        "deadbeef0001deadbeef000208004500008c000100004011745b0101020202020101eb0619eb007800000003013f" + Inner;

    public const string MplsOverGre =
        "deadbeef0001deadbeef000208004500008800010000402f74410101020202020101000088470003013f" + Inner;

    /// <summary>VNI 48; the inner frame goes from the virtual MAC to the virtual MAC, the default of a routed packet.</summary>
    public const string Vxlan =
        "deadbeef0001deadbeef000208004500009e00010000401174490101020202020101eb0612b5008a00000800000000003000"
        + "deadbeef0001deadbeef00010800" + Inner;

    private const string Inner = "4500006c000100003f11757b01010101020202021f001f00005879a7" + Payload;

    private const string Payload =
        "6b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e79"
        + "6b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e796b6f6b6f74696e79";

    public static byte[] Bytes(string packet) => Convert.FromHexString(packet);

    /// <summary>The packet with zeros where the outer header varies; its header checksum has to be right.</summary>
    public static string WithoutWhatVaries(ReadOnlySpan<byte> packet)
    {
        Assert.That(SumOf(packet[14..34]), Is.EqualTo(0xFFFF), "the outer header's checksum");
        byte[] copy = packet.ToArray();
        copy.AsSpan(18, 2).Clear();
        copy.AsSpan(24, 2).Clear();

        if (copy[23] == 17)
        {
            Assert.That(copy[34] >> 6, Is.EqualTo(3), "a UDP source port from 49152 on");
            copy.AsSpan(34, 2).Clear();
        }

        return Convert.ToHexStringLower(copy);
    }

    private static int SumOf(ReadOnlySpan<byte> header)
    {
        int sum = 0;

        for (int i = 0; i < header.Length; i += 2)
        {
            sum += header[i] << 8 | header[i + 1];
        }

        return (sum & 0xFFFF) + (sum >> 16);
    }
}

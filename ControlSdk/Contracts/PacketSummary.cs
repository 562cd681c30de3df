using System.Buffers.Binary;
using System.Net;

namespace VRouter.ControlSdk;

/// <summary>
/// A packet in one line: "IPv4 10.0.0.1 > 10.0.0.2, UDP 49152 > 4789, VXLAN 5001, IPv4 …". Looks into one tunnel, and never fails,
/// whatever the bytes.
/// </summary>
public static class PacketSummary
{
    private const int EthernetSize = 14;
    private const int VlanSize = 4;
    private const int UdpSize = 8;
    private const int VxlanSize = 8;
    private const int LabelSize = 4;
    private const int GreSize = 4;

    /// <summary>The line for a frame from its Ethernet header on.</summary>
    public static string Of(ReadOnlySpan<byte> packet) => $"{string.Join(", ", Ethernet(packet, isInner: false))} ({packet.Length} bytes)";

    private static List<string> Ethernet(ReadOnlySpan<byte> bytes, bool isInner)
    {
        if (bytes.Length < EthernetSize)
        {
            return ["cut short"];
        }

        string addresses = $"{Mac(bytes[6..])} > {Mac(bytes)}";
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]);
        ReadOnlySpan<byte> payload = bytes[EthernetSize..];

        if (type == 0x8100 && payload.Length >= VlanSize)
        {
            addresses += $", VLAN {BinaryPrimitives.ReadUInt16BigEndian(payload) & 0xFFF}";
            type = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
            payload = payload[VlanSize..];
        }

        return type switch
        {
            0x0800 or 0x86DD => [addresses, .. Ip(payload, isInner)],
            0x0806 => [addresses, "ARP"],
            _ => [addresses, $"type {type:x4}"],
        };
    }

    private static List<string> Ip(ReadOnlySpan<byte> bytes, bool isInner) => (bytes.IsEmpty ? 0 : bytes[0] >> 4) switch
    {
        4 when bytes.Length >= 20 =>
            [$"IPv4 {new IPAddress(bytes[12..16])} > {new IPAddress(bytes[16..20])}", .. Ipv4Payload(bytes, isInner)],
        6 when bytes.Length >= 40 =>
            [$"IPv6 {new IPAddress(bytes[8..24])} > {new IPAddress(bytes[24..40])}", .. Transport(bytes[6], bytes[40..], isInner)],
        _ => ["not IP"],
    };

    private static List<string> Ipv4Payload(ReadOnlySpan<byte> bytes, bool isInner) => (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x1FFF) == 0
        ? Transport(bytes[9], bytes[Math.Min((bytes[0] & 0xF) * 4, bytes.Length)..], isInner)
        : ["fragment"];

    private static List<string> Transport(byte protocol, ReadOnlySpan<byte> bytes, bool isInner) => protocol switch
    {
        1 when bytes.Length >= 2 => [$"ICMP {bytes[0]}/{bytes[1]}"],
        58 when bytes.Length >= 2 => [$"ICMPv6 {bytes[0]}/{bytes[1]}"],
        6 when bytes.Length >= 4 => [$"TCP {Ports(bytes)}"],
        17 when isInner && bytes.Length >= UdpSize => [$"UDP {Ports(bytes)}"],
        17 when bytes.Length >= UdpSize => [$"UDP {Ports(bytes)}", .. Tunnelled(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), bytes[UdpSize..])],
        47 when !isInner && bytes.Length >= GreSize && BinaryPrimitives.ReadUInt32BigEndian(bytes) == 0x8847 => ["GRE", .. Mpls(bytes[GreSize..])],
        _ => [$"protocol {protocol}"],
    };

    private static List<string> Tunnelled(ushort port, ReadOnlySpan<byte> bytes) => port switch
    {
        4789 when bytes.Length >= VxlanSize => [$"VXLAN {BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) >> 8}", .. Ethernet(bytes[VxlanSize..], isInner: true)],
        6635 or 51234 => Mpls(bytes),
        _ => [],
    };

    private static List<string> Mpls(ReadOnlySpan<byte> bytes) => bytes.Length < LabelSize
        ? ["cut short"]
        : [$"MPLS {BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 12}", .. Ip(bytes[LabelSize..], isInner: true)];

    private static string Mac(ReadOnlySpan<byte> bytes) =>
        $"{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}:{bytes[3]:x2}:{bytes[4]:x2}:{bytes[5]:x2}";

    private static string Ports(ReadOnlySpan<byte> bytes) =>
        $"{BinaryPrimitives.ReadUInt16BigEndian(bytes)} > {BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])}";
}

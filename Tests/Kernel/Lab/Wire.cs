using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace VRouter.Tests.Kernel;

/// <summary>Packets made by hand, byte for byte from the RFCs, so that nothing under test helps to test itself.</summary>
internal static class Wire
{
    public const ushort Ipv4 = 0x0800, Ipv6 = 0x86DD, Arp = 0x0806;

    public static byte[] Ethernet(byte[] destination, byte[] source, ushort type, params byte[][] payload) =>
        [.. destination, .. source, (byte)(type >> 8), (byte)type, .. payload.SelectMany(part => part)];

    public static byte[] Tag(ushort vlan, ushort type) => [(byte)(vlan >> 8), (byte)vlan, (byte)(type >> 8), (byte)type];

    /// <summary>IPv4 with options of zeroes behind the header where the length of the header asks for them.</summary>
    public static byte[] Ipv4Packet(IPAddress source, IPAddress destination, byte protocol, byte[] payload, ushort fragment = 0, int words = 5)
    {
        byte[] header = new byte[4 * words];
        header[0] = (byte)(0x40 | words);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), fragment);
        header[8] = 64;
        header[9] = protocol;
        source.GetAddressBytes().CopyTo(header, 12);
        destination.GetAddressBytes().CopyTo(header, 16);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum(header));
        return [.. header, .. payload];
    }

    public static byte[] Ipv6Packet(IPAddress source, IPAddress destination, byte next, byte[] payload) =>
        [0x60, 0, 0, 0, (byte)(payload.Length >> 8), (byte)payload.Length, next, 64, .. source.GetAddressBytes(), .. destination.GetAddressBytes(), .. payload];

    /// <summary>UDP with no checksum (RFC 768: 0 = none).</summary>
    public static byte[] Udp(ushort source, ushort destination, byte[] payload) =>
    [
        (byte)(source >> 8), (byte)source, (byte)(destination >> 8), (byte)destination,
        (byte)((8 + payload.Length) >> 8), (byte)(8 + payload.Length), 0, 0, .. payload,
    ];

    /// <summary>RFC 1071.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;

        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>The answer to an ARP request (RFC 826): we are it.</summary>
    public static byte[] ArpReply(byte[] request, byte[] mac) =>
        Ethernet(request[6..12], mac, Arp, request[14..20], [0, 2], mac, request[38..42], request[22..28], request[28..32]);

    public static bool Is(byte[] frame, ushort type) => frame.Length >= 14 && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) == type;

    /// <summary>Whether an untagged IPv4 frame is UDP to this port.</summary>
    public static bool IsUdpTo(byte[] frame, ushort port) =>
        Is(frame, Ipv4) && frame.Length >= 42 && frame[23] == (byte)ProtocolType.Udp && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(36)) == port;

    public static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 + i / 256))];
}

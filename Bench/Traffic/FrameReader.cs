using System.Runtime.InteropServices;
using VRouter.Encap;

namespace VRouter.Bench.Traffic;

/// <summary>Reads the UDP packets over IPv4 that have left.</summary>
internal static class FrameReader
{
    /// <summary>Whether the IP header's checksum and the datagram's are right.</summary>
    public static bool HasRightChecksums(ReadOnlySpan<byte> packet)
    {
        ref readonly Ipv4Header ip = ref Ip(packet);
        ReadOnlySpan<byte> datagram = packet[Ipv4Header.Size..(int)(ushort)ip.TotalLength];
        return ip.HasRightChecksum() && Checksum.IsRight(datagram, Checksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, datagram.Length));
    }

    /// <summary>Whom it is from, and from which port.</summary>
    public static (IpAddress Address, ushort Port) SourceOf(ReadOnlySpan<byte> packet) => (IpAddress.FromIpv4(Ip(packet).Source), Udp(packet).SourcePort);

    /// <summary>Whom it is to, and to which port.</summary>
    public static (IpAddress Address, ushort Port) DestinationOf(ReadOnlySpan<byte> packet) =>
        (IpAddress.FromIpv4(Ip(packet).Destination), Udp(packet).DestinationPort);

    private static ref readonly Ipv4Header Ip(ReadOnlySpan<byte> packet) => ref MemoryMarshal.AsRef<Ipv4Header>(packet);

    private static ref readonly UdpHeader Udp(ReadOnlySpan<byte> packet) => ref MemoryMarshal.AsRef<UdpHeader>(packet[Ipv4Header.Size..]);
}

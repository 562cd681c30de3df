using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>IPv6 header, RFC 8200 section 3. Extension headers follow it: see <see cref="Ipv6Extensions"/>.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version| Traffic class |              Flow label               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |        Payload length         |  Next header  |   Hop limit   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                          Source (16)                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                       Destination (16)                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Ipv6Header(byte nextHeader, IpAddress source, IpAddress destination, int payloadLength) : IHeader<Ipv6Header>
{
    /// <summary>Bytes on the wire without extension headers.</summary>
    public const int Size = 40;

    /// <summary>Version, traffic class and flow label as they lie.</summary>
    public UInt32BE VersionClassFlow = 0x6000_0000;

    /// <summary>Bytes behind this header, extension headers included.</summary>
    public UInt16BE PayloadLength = (ushort)payloadLength;

    /// <summary>What follows: see <see cref="IpProtocol"/>.</summary>
    public byte NextHeader = nextHeader;

    /// <summary>Hop limit.</summary>
    public byte HopLimit = 64;

    /// <summary>Source address.</summary>
    public Ipv6Bytes Source = source;

    /// <summary>Destination address.</summary>
    public Ipv6Bytes Destination = destination;

    /// <summary>6.</summary>
    public readonly int Version => (int)(VersionClassFlow >> 28);

    /// <summary>DSCP and ECN.</summary>
    public readonly byte TrafficClass => (byte)(VersionClassFlow >> 20);

    /// <summary>Explicit congestion notification: see <see cref="Encap.Ecn"/>.</summary>
    public readonly byte Ecn => (byte)(VersionClassFlow >> 20 & 3);

    /// <summary>Flow label, 20 bits (RFC 6437).</summary>
    public readonly uint FlowLabel => VersionClassFlow & 0xF_FFFF;

    /// <summary>Sets the ECN bits.</summary>
    public void SetEcn(byte ecn) => VersionClassFlow = VersionClassFlow & ~(3u << 20) | (uint)ecn << 20;

    /// <inheritdoc/>
    public static bool TryFindPayload(in Ipv6Header header, int available, out int start, out int end)
    {
        start = Size;
        end = Size + header.PayloadLength;
        return header.Version == 6 && end <= available;
    }
}

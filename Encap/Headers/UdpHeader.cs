using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>UDP header, RFC 768.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          Source port          |       Destination port        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |            Length             |           Checksum            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct UdpHeader(ushort sourcePort, ushort destinationPort, int length) : IHeader<UdpHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>Source port.</summary>
    public UInt16BE SourcePort = sourcePort;

    /// <summary>Destination port.</summary>
    public UInt16BE DestinationPort = destinationPort;

    /// <summary>Bytes of header and payload.</summary>
    public UInt16BE Length = (ushort)length;

    /// <summary>Checksum with the pseudo-header; 0 = none.</summary>
    public UInt16BE Checksum;

    /// <inheritdoc/>
    public static bool TryFindPayload(in UdpHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = header.Length;
        return start <= end && end <= available;
    }
}

using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>SCTP common header, RFC 9260 section 3.1. Chunks follow it.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          Source port          |       Destination port        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                       Verification tag                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           Checksum                            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct SctpHeader : IHeader<SctpHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 12;

    /// <summary>Source port.</summary>
    public UInt16BE SourcePort;

    /// <summary>Destination port.</summary>
    public UInt16BE DestinationPort;

    /// <summary>What the receiver knows the association by.</summary>
    public UInt32BE VerificationTag;

    /// <summary>CRC32c of the packet, no pseudo-header: see <see cref="Crc32c"/>.</summary>
    public UInt32BE Checksum;

    /// <inheritdoc/>
    public static bool TryFindPayload(in SctpHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return true;
    }
}

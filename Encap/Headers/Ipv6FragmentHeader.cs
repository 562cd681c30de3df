using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>IPv6 fragment header, RFC 8200 section 4.5.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  Next header  |   Reserved    |     Fragment offset     |Res|M|
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        Identification                         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Ipv6FragmentHeader : IHeader<Ipv6FragmentHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>What the fragments make up together: see <see cref="IpProtocol"/>.</summary>
    public byte NextHeader;

    /// <summary>Ignored on reception.</summary>
    public byte Reserved;

    /// <summary>Offset in units of 8 bytes, and M in the lowest bit, as they lie.</summary>
    public UInt16BE OffsetAndMore;

    /// <summary>What the fragments of a packet have in common.</summary>
    public UInt32BE Id;

    /// <summary>Where the fragment's payload belongs, in bytes.</summary>
    public readonly int FragmentOffset => OffsetAndMore & 0xFFF8;

    /// <summary>M: whether it is not the last.</summary>
    public readonly bool HasMoreFragments => (OffsetAndMore & 1) != 0;

    /// <inheritdoc/>
    public static bool TryFindPayload(in Ipv6FragmentHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return true;
    }
}

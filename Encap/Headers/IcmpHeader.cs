using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>ICMP header with the four bytes that depend on the type, RFC 792.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     Type      |     Code      |           Checksum            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   Echo: identifier, sequence; unreachable (4): MTU below
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IcmpHeader(byte type, byte code, uint rest) : IHeader<IcmpHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>Type: see <see cref="IcmpType"/>.</summary>
    public byte Type = type;

    /// <summary>Code within the type.</summary>
    public byte Code = code;

    /// <summary>Checksum of the message, no pseudo-header.</summary>
    public UInt16BE Checksum;

    /// <summary>Of an echo: which ping.</summary>
    public UInt16BE Identifier = (ushort)(rest >> 16);

    /// <summary>Of an echo: which of its packets.</summary>
    public UInt16BE Sequence = (ushort)rest;

    /// <summary>Of fragmentation needed: the MTU of the next hop, 0 from old routers (RFC 1191 section 4).</summary>
    public readonly int Mtu => Sequence;

    /// <inheritdoc/>
    public static bool TryFindPayload(in IcmpHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return true;
    }
}

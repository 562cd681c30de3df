using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>ICMPv6 header with the four bytes that depend on the type, RFC 4443 section 2.1.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     Type      |     Code      |           Checksum            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   Echo: identifier, sequence; too big: MTU, 32 bits
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Icmpv6Header(byte type, byte code, uint rest) : IHeader<Icmpv6Header>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>Type: see <see cref="Icmpv6Type"/>.</summary>
    public byte Type = type;

    /// <summary>Code within the type.</summary>
    public byte Code = code;

    /// <summary>Checksum with the pseudo-header.</summary>
    public UInt16BE Checksum;

    /// <summary>Of an echo: which ping.</summary>
    public UInt16BE Identifier = (ushort)(rest >> 16);

    /// <summary>Of an echo: which of its packets.</summary>
    public UInt16BE Sequence = (ushort)rest;

    /// <summary>Of packet too big: the MTU of the next hop (RFC 4443 section 3.2).</summary>
    public readonly uint Mtu => (uint)Identifier << 16 | Sequence;

    /// <inheritdoc/>
    public static bool TryFindPayload(in Icmpv6Header header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return true;
    }
}

using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>GRE header, RFC 2784 section 2 with the key and sequence number of RFC 2890, which follow it.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |C| |K|S|      Reserved0  | Ver |         Protocol type         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |      Checksum (optional)      |     Reserved1 (optional)      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        Key (optional)                         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  Sequence number (optional)                   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct GreHeader(ushort protocolType) : IHeader<GreHeader>
{
    /// <summary>Bytes on the wire without the optional fields.</summary>
    public const int Size = 4;

    private const int ChecksumPresent = 0x8000;
    private const int KeyPresent = 0x2000;
    private const int SequencePresent = 0x1000;

    /// <summary>Bits 1, 4 and 5 and the version: "a receiver MUST discard" what has them set (RFC 2784 sections 2.3, 2.3.1).</summary>
    private const int MustBeZero = 0x4C07;

    /// <summary>Flags and version as they lie.</summary>
    public UInt16BE Flags;

    /// <summary>What follows: see <see cref="EtherType"/>.</summary>
    public UInt16BE ProtocolType = protocolType;

    /// <summary>C: whether a checksum over header and payload is there.</summary>
    public readonly bool HasChecksum => (Flags & ChecksumPresent) != 0;

    /// <summary>K: whether a key is there.</summary>
    public readonly bool HasKey => (Flags & KeyPresent) != 0;

    /// <summary>S: whether a sequence number is there.</summary>
    public readonly bool HasSequence => (Flags & SequencePresent) != 0;

    /// <summary>Bytes of the header with its optional fields.</summary>
    public readonly int HeaderLength => Size + (HasChecksum ? 4 : 0) + (HasKey ? 4 : 0) + (HasSequence ? 4 : 0);

    /// <inheritdoc/>
    public static bool TryFindPayload(in GreHeader header, int available, out int start, out int end)
    {
        start = header.HeaderLength;
        end = available;
        return (header.Flags & MustBeZero) == 0 && start <= end;
    }
}

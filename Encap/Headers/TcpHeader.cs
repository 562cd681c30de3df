using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>TCP header, RFC 9293 section 3.1. Options follow it: see <see cref="TcpOptions"/>.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          Source port          |       Destination port        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        Sequence number                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                    Acknowledgement number                     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | Words |  Res  |C E U A P R S F|            Window             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           Checksum            |        Urgent pointer         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct TcpHeader : IHeader<TcpHeader>
{
    /// <summary>Bytes on the wire without options.</summary>
    public const int Size = 20;

    /// <summary>Source port.</summary>
    public UInt16BE SourcePort;

    /// <summary>Destination port.</summary>
    public UInt16BE DestinationPort;

    /// <summary>Sequence number of the first payload byte, or of the SYN.</summary>
    public UInt32BE Sequence;

    /// <summary>The next sequence number that is expected; counts with ACK only.</summary>
    public UInt32BE Acknowledgement;

    /// <summary>Header length in 4-byte words, in the upper four bits.</summary>
    public byte WordsAndReserved;

    /// <summary>Control bits.</summary>
    public TcpFlags Flags;

    /// <summary>Receive window, unscaled.</summary>
    public UInt16BE Window;

    /// <summary>Checksum with the pseudo-header.</summary>
    public UInt16BE Checksum;

    /// <summary>Urgent pointer; counts with URG only.</summary>
    public UInt16BE UrgentPointer;

    /// <summary>Bytes of the header with its options.</summary>
    public readonly int HeaderLength => WordsAndReserved >> 4 << 2;

    /// <inheritdoc/>
    public static bool TryFindPayload(in TcpHeader header, int available, out int start, out int end)
    {
        start = header.HeaderLength;
        end = available;
        return start >= Size && start <= end;
    }
}

using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>One entry of an MPLS label stack, RFC 3032 section 2.1.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                 Label                 | EXP |S|      TTL      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct MplsHeader(MplsLabel label, byte ttl) : IHeader<MplsHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 4;

    private const uint Bottom = 0x100;

    private readonly UInt32BE _entry = label.Value << 12 | Bottom | ttl;

    /// <summary>The label.</summary>
    public readonly MplsLabel Label => new(_entry >> 12);

    /// <summary>Traffic class (RFC 5462), once experimental.</summary>
    public readonly byte Exp => (byte)(_entry >> 9 & 7);

    /// <summary>S: whether it is the last entry of the stack.</summary>
    public readonly bool IsBottom => (_entry & Bottom) != 0;

    /// <summary>Time to live.</summary>
    public readonly byte Ttl => (byte)_entry;

    /// <inheritdoc/>
    public static bool TryFindPayload(in MplsHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return true;
    }
}

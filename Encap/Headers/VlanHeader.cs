using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>802.1Q tag behind its EtherType 0x8100, IEEE 802.1Q section 9.6.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | PCP |D|        VLAN ID        |           EtherType           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct VlanHeader(ushort id, ushort etherType) : IHeader<VlanHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 4;

    private const int IdMask = 0xFFF;

    /// <summary>Priority, drop eligibility and VLAN id as they lie.</summary>
    public UInt16BE Control = (ushort)(id & IdMask);

    /// <summary>What follows the tag: see <see cref="Encap.EtherType"/>.</summary>
    public UInt16BE EtherType = etherType;

    /// <summary>The VLAN: 1 to 4094; 0 is a tag for the priority's sake only.</summary>
    public readonly ushort Id => (ushort)(Control & IdMask);

    /// <inheritdoc/>
    public static bool TryFindPayload(in VlanHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return true;
    }
}

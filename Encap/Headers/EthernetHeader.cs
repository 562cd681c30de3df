using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>Ethernet II header, IEEE 802.3 section 3.1.1.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                          Destination                          |
/// +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                               |                               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+            Source             +
/// |                                                               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           EtherType           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EthernetHeader(MacAddress destination, MacAddress source, ushort etherType) : IHeader<EthernetHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 14;

    /// <summary>Whom it is for.</summary>
    public MacBytes Destination = destination;

    /// <summary>Who sent it.</summary>
    public MacBytes Source = source;

    /// <summary>What follows: see <see cref="Encap.EtherType"/>.</summary>
    public UInt16BE EtherType = etherType;

    /// <inheritdoc/>
    public static bool TryFindPayload(in EthernetHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return true;
    }
}

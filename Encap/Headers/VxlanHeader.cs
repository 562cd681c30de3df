using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>VXLAN header, RFC 7348 section 5.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |R|R|R|R|I|R|R|R|            Reserved                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                VXLAN Network Identifier (VNI) |   Reserved    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct VxlanHeader(Vni vni) : IHeader<VxlanHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>The UDP port that VXLAN is sent to.</summary>
    public const ushort UdpPort = 4789;

    private const uint VniPresent = 0x0800_0000;

    private readonly UInt32BE _flags = VniPresent;
    private readonly UInt32BE _vni = vni.Value << 8;

    /// <summary>The network the frame is in.</summary>
    public readonly Vni Vni => new(_vni >> 8);

    /// <inheritdoc/>
    public static bool TryFindPayload(in VxlanHeader header, int available, out int start, out int end)
    {
        // "The I flag MUST be set to 1 for a valid VNI"; the R bits are ignored on receipt.
        start = Size;
        end = available;
        return (header._flags & VniPresent) != 0;
    }
}

using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>Neighbour solicitation and advertisement, RFC 4861 sections 4.3 and 4.4. Options follow it: see <see cref="NeighbourOptions"/>.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     Type      |     Code      |           Checksum            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |R|S|O|                     Reserved                            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                          Target (16)                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NeighbourHeader(byte type, uint flags, IpAddress target) : IHeader<NeighbourHeader>
{
    /// <summary>Bytes on the wire without options.</summary>
    public const int Size = 24;

    /// <summary>R of an advertisement: the sender is a router.</summary>
    public const uint Router = 0x8000_0000;

    /// <summary>S of an advertisement: it answers a solicitation.</summary>
    public const uint Solicited = 0x4000_0000;

    /// <summary>O of an advertisement: it replaces what is known.</summary>
    public const uint Override = 0x2000_0000;

    /// <summary><see cref="Icmpv6Type.NeighbourSolicitation"/> or <see cref="Icmpv6Type.NeighbourAdvertisement"/>.</summary>
    public byte Type = type;

    /// <summary>0.</summary>
    public byte Code;

    /// <summary>Checksum with the pseudo-header.</summary>
    public UInt16BE Checksum;

    /// <summary>R, S and O of an advertisement.</summary>
    public UInt32BE Flags = flags;

    /// <summary>Who is looked for, or has been found.</summary>
    public Ipv6Bytes Target = target;

    /// <inheritdoc/>
    public static bool TryFindPayload(in NeighbourHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return header.Type is Icmpv6Type.NeighbourSolicitation or Icmpv6Type.NeighbourAdvertisement && header.Code == 0;
    }
}

using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>What came in a tunnel (semantics, section 1).</summary>
/// <param name="Kind">How it travelled.</param>
/// <param name="Label">MPLS label or VNI.</param>
/// <param name="LabelTtl">The label's; a VNI has none.</param>
/// <param name="IsBottom">No other label is behind it.</param>
/// <param name="Payload">What it carries.</param>
/// <param name="Source">Who sent it through the underlay.</param>
/// <param name="Ecn">Of the outer header.</param>
internal sealed record TunnelPacket(EncapsulationKind Kind, uint Label, byte LabelTtl, bool IsBottom, byte[] Payload, IpAddress Source, byte Ecn)
{
    private const int VxlanPort = 4789;
    private const int MplsType = 0x8847;
    private static readonly int[] s_mplsPorts = [6635, 51234];

    /// <summary>Whether a packet to this node's tunnel endpoint is a tunnel's: a known UDP port or GRE type, and no fragment.</summary>
    public static bool IsOne(IpPacket outer, Settings settings)
    {
        if (outer.Fragment is not null)
        {
            return false;
        }

        return outer.Protocol switch
        {
            IpProtocol.Udp => Octets.Read16(outer.Transport, 2) is var port && (port == VxlanPort || s_mplsPorts.Contains(port) || port == settings.MplsOverUdpPort),
            IpProtocol.Gre => outer.Transport.Length >= 4 && Octets.Read16(outer.Transport, 2) == MplsType,
            _ => false,
        };
    }

    public static DropReason TryRead(IpPacket outer, out TunnelPacket tunnel)
    {
        byte[] transport = outer.Transport;
        tunnel = new TunnelPacket(EncapsulationKind.MplsOverGre, 0, 0, false, [], outer.Source, outer.Ecn);

        if (outer.Protocol == IpProtocol.Gre)
        {
            return TryReadGre(transport, ref tunnel);
        }

        byte[] udp = transport[..Octets.Read16(transport, 4)];

        if (Octets.Read16(udp, 6) != 0 && InternetChecksum.Of(InternetChecksum.PseudoHeader(outer.Source, outer.Destination, IpProtocol.Udp, udp.Length), udp) != 0)
        {
            return DropReason.Malformed;
        }

        if (Octets.Read16(udp, 2) == VxlanPort)
        {
            return TryReadVxlan(udp[8..], ref tunnel);
        }

        tunnel = tunnel with { Kind = EncapsulationKind.MplsOverUdp };
        return TryReadMpls(udp[8..], ref tunnel);
    }

    private static DropReason TryReadVxlan(byte[] vxlan, ref TunnelPacket tunnel)
    {
        if (vxlan.Length < 8)
        {
            return DropReason.Malformed;
        }

        tunnel = tunnel with { Kind = EncapsulationKind.Vxlan, Label = Octets.Read32(vxlan, 4) >> 8, IsBottom = true, LabelTtl = byte.MaxValue, Payload = vxlan[8..] };
        return (vxlan[0] & 8) == 0 ? DropReason.InvalidVni : DropReason.None;
    }

    // RFC 2890: checksum, key and sequence number, four bytes each, in this order.
    private static DropReason TryReadGre(byte[] gre, ref TunnelPacket tunnel)
    {
        int flags = Octets.Read16(gre, 0);
        int length = 4 + (((flags & 0x8000) >> 15) + ((flags & 0x2000) >> 13) + ((flags & 0x1000) >> 12)) * 4;

        if ((flags & ~0xB000) != 0 || gre.Length < length || ((flags & 0x8000) != 0 && InternetChecksum.Of(gre) != 0))
        {
            return DropReason.Malformed;
        }

        return TryReadMpls(gre[length..], ref tunnel);
    }

    private static DropReason TryReadMpls(byte[] mpls, ref TunnelPacket tunnel)
    {
        if (mpls.Length < 4)
        {
            return DropReason.Malformed;
        }

        uint entry = Octets.Read32(mpls, 0);
        tunnel = tunnel with { Label = entry >> 12, IsBottom = (entry & 0x100) != 0, LabelTtl = (byte)entry, Payload = mpls[4..] };
        return DropReason.None;
    }
}

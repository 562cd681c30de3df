using System.Runtime.CompilerServices;

namespace VRouter.Encap;

/// <summary>What a tunnel's headers say, read from the outer IP packet's payload.</summary>
public readonly struct TunnelHeaders
{
    private TunnelHeaders(EncapsulationKind kind, uint label, byte ttl, int payloadOffset, int payloadLength) =>
        (Kind, Label, Ttl, PayloadOffset, PayloadLength) = (kind, label, ttl, payloadOffset, payloadLength);

    /// <summary>How the packet travelled.</summary>
    public readonly EncapsulationKind Kind;

    /// <summary>The label's time to live; 255 for VXLAN, which has none.</summary>
    public readonly byte Ttl;

    /// <summary>The MPLS label or the VNI.</summary>
    public readonly uint Label;

    /// <summary>Where the inner packet begins, counted from the outer IP payload's first byte.</summary>
    public readonly int PayloadOffset;

    /// <summary>Bytes of the inner packet; there may be none.</summary>
    public readonly int PayloadLength;

    /// <summary>Reads what a checked IPv4 packet carries. <paramref name="mplsPort"/> means MPLS too, beside the two that always do.</summary>
    public static TunnelFault Read(in Ipv4Header outer, Span<byte> payload, out TunnelHeaders tunnel, ushort mplsPort = TunnelPort.Mpls)
    {
        if (outer.IsFragment)
        {
            tunnel = default;
            return TunnelFault.NotATunnel;
        }

        TunnelFault fault = Read(outer.Protocol, payload, mplsPort, out tunnel, out int checkedByUdp);

        return checkedByUdp == 0
            || Checksum.IsRight(payload[..checkedByUdp], Checksum.PseudoHeader(outer.Source, outer.Destination, IpProtocol.Udp, checkedByUdp))
            ? fault
            : TunnelFault.Malformed;
    }

    /// <summary>Reads what a checked IPv6 packet carries behind its extension headers.</summary>
    public static TunnelFault Read(in Ipv6Header outer, in Ipv6Chain chain, Span<byte> upper, out TunnelHeaders tunnel, ushort mplsPort = TunnelPort.Mpls)
    {
        if (chain.IsFragment)
        {
            tunnel = default;
            return TunnelFault.NotATunnel;
        }

        TunnelFault fault = Read(chain.Protocol, upper, mplsPort, out tunnel, out int checkedByUdp);

        return checkedByUdp == 0
            || Checksum.IsRight(upper[..checkedByUdp], Checksum.PseudoHeader(outer.Source, outer.Destination, IpProtocol.Udp, checkedByUdp))
            ? fault
            : TunnelFault.Malformed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TunnelFault Read(byte protocol, Span<byte> payload, ushort mplsPort, out TunnelHeaders tunnel, out int checkedByUdp)
    {
        checkedByUdp = 0;

        switch (protocol)
        {
            case IpProtocol.Udp:
                return ReadUdp(payload, mplsPort, out tunnel, out checkedByUdp);

            case IpProtocol.Gre:
                return ReadGre(payload, out tunnel);

            default:
                tunnel = default;
                return TunnelFault.NotATunnel;
        }
    }

    private static TunnelFault ReadUdp(Span<byte> payload, ushort mplsPort, out TunnelHeaders tunnel, out int checkedByUdp)
    {
        tunnel = default;
        checkedByUdp = 0;

        if (payload.Length < UdpHeader.Size)
        {
            return TunnelFault.Malformed;
        }

        ushort port = Headers.At<UdpHeader>(ref payload[0], 0).DestinationPort;

        if (port is not (VxlanHeader.UdpPort or TunnelPort.Mpls or TunnelPort.MplsBeforeAssignment) && port != mplsPort)
        {
            return TunnelFault.NotATunnel;
        }

        if (!Layer<UdpHeader>.TryRead(payload, out Layer<UdpHeader> udp))
        {
            return TunnelFault.Malformed;
        }

        checkedByUdp = udp.Header.Checksum == 0 ? 0 : udp.Header.Length;

        return port == VxlanHeader.UdpPort
            ? ReadVxlan(udp.Payload, out tunnel)
            : ReadMpls(EncapsulationKind.MplsOverUdp, udp.Payload, UdpHeader.Size, out tunnel);
    }

    private static TunnelFault ReadVxlan(Span<byte> bytes, out TunnelHeaders tunnel)
    {
        if (!Layer<VxlanHeader>.TryRead(bytes, out Layer<VxlanHeader> vxlan))
        {
            tunnel = default;
            return bytes.Length < VxlanHeader.Size ? TunnelFault.Malformed : TunnelFault.InvalidVni;
        }

        tunnel = new TunnelHeaders(
            EncapsulationKind.Vxlan, vxlan.Header.Vni.Value, byte.MaxValue, UdpHeader.Size + VxlanHeader.Size, vxlan.Payload.Length);
        return TunnelFault.None;
    }

    private static TunnelFault ReadMpls(EncapsulationKind kind, Span<byte> bytes, int offset, out TunnelHeaders tunnel)
    {
        if (!Layer<MplsHeader>.TryRead(bytes, out Layer<MplsHeader> mpls))
        {
            tunnel = default;
            return TunnelFault.Malformed;
        }

        tunnel = new TunnelHeaders(
            kind, mpls.Header.Label.Value, mpls.Header.Ttl, offset + MplsHeader.Size, mpls.Payload.Length);
        return mpls.Header.IsBottom ? TunnelFault.None : TunnelFault.InvalidPayload;
    }

    private static TunnelFault ReadGre(Span<byte> payload, out TunnelHeaders tunnel)
    {
        tunnel = default;

        if (payload.Length < GreHeader.Size)
        {
            return TunnelFault.Malformed;
        }

        // The type first: other versions of GRE (PPTP) have their own, and their own flags.
        if (Headers.At<GreHeader>(ref payload[0], 0).ProtocolType != EtherType.Mpls)
        {
            return TunnelFault.NotATunnel;
        }

        // A checksum covers header and payload (RFC 2784 section 2.5).
        if (!Layer<GreHeader>.TryRead(payload, out Layer<GreHeader> gre) || (gre.Header.HasChecksum && !Checksum.IsRight(payload)))
        {
            return TunnelFault.Malformed;
        }

        return ReadMpls(EncapsulationKind.MplsOverGre, gre.Payload, gre.HeaderLength, out tunnel);
    }
}

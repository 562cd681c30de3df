using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// The common packet from the fabric, in as few steps as it takes: plain IPv4 in VXLAN or MPLS over UDP over plain IPv4, from a tunnel that
/// its source is known to be routed into. Whatever is unusual about it is left to the stages that know all of them.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    private const int OuterIp = EthernetHeader.Size;
    private const int OuterUdp = OuterIp + Ipv4Header.Size;
    private const int Tunnelled = OuterUdp + UdpHeader.Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryDecapsulateCommon(ref Packet packet, VifState vif)
    {
        if (packet.HeadLength < Tunnelled + VxlanHeader.Size + EthernetHeader.Size
            || packet.HeadLength != packet.Length
            || (packet.Flags & ~PacketFlags.ChecksumVerified) != 0
            || TTrace.IsOn)
        {
            return false;
        }

        ref byte frame = ref _region.At(packet.Frame, packet.Start);
        ref Ipv4Header outer = ref Headers.At<Ipv4Header>(ref frame, OuterIp);
        ref UdpHeader udp = ref Headers.At<UdpHeader>(ref frame, OuterUdp);
        int length = outer.TotalLength;

        if ((ulong)Headers.At<UInt64BE>(ref frame, 0) >> 16 != vif.Mac
            || vif.Vlan != 0
            || Headers.At<EthernetHeader>(ref frame, 0).EtherType != EtherType.Ipv4
            || outer.VersionAndWords != 0x45
            || outer.IsFragment
            || outer.Protocol != IpProtocol.Udp
            || outer.Destination != vif.Ipv4
            || length > packet.HeadLength - OuterIp
            || udp.Length != length - Ipv4Header.Size
            || udp.Checksum != 0
            || !outer.HasRightChecksum())
        {
            return false;
        }

        return udp.DestinationPort == VxlanHeader.UdpPort
            ? TryEnterCommonVni(ref packet, ref frame, ref outer, length)
            : udp.DestinationPort == TunnelPort.Mpls && TryEnterCommonLabel(ref packet, ref frame, ref outer, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnterCommonVni(ref Packet packet, ref byte frame, ref Ipv4Header outer, int length)
    {
        const int innerEthernet = Tunnelled + VxlanHeader.Size;
        const int innerIp = innerEthernet + EthernetHeader.Size;

        if (!Layer<VxlanHeader>.TryRead(_region.Bytes(packet.Frame, packet.Start + Tunnelled, VxlanHeader.Size), out Layer<VxlanHeader> vxlan)
            || (ulong)Headers.At<UInt64BE>(ref frame, innerEthernet) >> 16 != _virtualMac
            || Headers.At<EthernetHeader>(ref frame, innerEthernet).EtherType != EtherType.Ipv4)
        {
            return false;
        }

        int vrf = _state.Vnis[(int)vxlan.Header.Vni.Value] - 1;
        return vrf >= 0 && TryEnterCommon(ref packet, ref frame, ref outer, innerIp, length, vrf, nextHop: 0, isDirect: false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnterCommonLabel(ref Packet packet, ref byte frame, ref Ipv4Header outer, int length)
    {
        ref MplsHeader mpls = ref Headers.At<MplsHeader>(ref frame, Tunnelled);
        LabelTarget target = _state.Labels[(int)mpls.Label.Value];

        if (!mpls.IsBottom || mpls.Ttl <= 1 || target.NextHop == 0 || target.IsEthernet)
        {
            return false;
        }

        int slot = _state.NextHops[target.NextHop];
        ref NextHopState nextHop = ref _nextHops[slot];

        if (nextHop.Kind == NextHopKind.Vrf)
        {
            return TryEnterCommon(ref packet, ref frame, ref outer, Tunnelled + MplsHeader.Size, length, nextHop.Vrf, nextHop: 0, isDirect: false);
        }

        return nextHop.Kind == NextHopKind.Vif && target.IsVif && _state.Vifs[nextHop.Egress] is { } vif
            && TryEnterCommon(ref packet, ref frame, ref outer, Tunnelled + MplsHeader.Size, length, vif.Vrf, slot, isDirect: true);
    }

    /// <summary>Reads the inner packet, and whether its source is routed into the tunnel that it came from: then the tunnel is a known one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnterCommon(ref Packet packet, ref byte frame, ref Ipv4Header outer, int innerIp, int outerLength, int vrf, int nextHop, bool isDirect)
    {
        int available = OuterIp + outerLength - innerIp;

        if (available < Ipv4Header.Size + UdpHeader.Size)
        {
            return false;
        }

        ref Ipv4Header ip = ref Headers.At<Ipv4Header>(ref frame, innerIp);
        ref byte transport = ref Unsafe.AddByteOffset(ref frame, innerIp + Ipv4Header.Size);
        byte protocol = ip.Protocol;
        int length = ip.TotalLength;
        uint source = ip.Source;
        uint destination = ip.Destination;

        if (ip.VersionAndWords != 0x45
            || ip.IsFragment
            || length > available
            || destination >= FirstGroup
            || destination == 0
            || (outer.Ecn != 0 && outer.Ecn != ip.Ecn)
            || !IsRoutedInto(_state.Vrfs[vrf]!, source, outer.Source)
            || !ip.HasRightChecksum()
            || !IsTransportWhole(protocol, ref transport, length - Ipv4Header.Size))
        {
            return false;
        }

        // Who verified a checksum verified the outer one.
        packet.Flags = isDirect ? PacketFlags.Decapsulated | PacketFlags.Direct : PacketFlags.Decapsulated;
        packet.L3 = (ushort)(packet.Start + innerIp);
        packet.L4 = (ushort)(packet.L3 + Ipv4Header.Size);
        packet.L3Length = length;
        packet.Protocol = protocol;
        packet.Vrf = vrf;
        packet.NextHop = nextHop;
        packet.Hash = FlowHash.Compute((ulong)source << 32 | destination, protocol, Headers.At<UInt32BE>(ref transport, 0));
        packet.Destination = destination;
        packet.Fate = Fate.Routed;
        Prefetch.Read(ref _hints[destination]);
        return true;
    }

    /// <summary>Whether the latest walk to a source went into the tunnel to <paramref name="tunnel"/>, and still would (RPF).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsRoutedInto(VrfState vrf, uint source, uint tunnel)
    {
        ref RouteHint hint = ref _hints[source];

        if (hint.Destination != source || hint.VrfVersion != vrf.Version || hint.NextHopsVersion != _nextHopsVersion)
        {
            return false;
        }

        ref NextHopState nextHop = ref _nextHops[hint.NextHop];
        return nextHop.Kind == NextHopKind.Tunnel && !nextHop.Destination.IsIpv6 && nextHop.Destination.Low == tunnel;
    }
}

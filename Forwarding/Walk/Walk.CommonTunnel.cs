using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// The common packet from the fabric, in as few steps as it takes: plain IPv4 in VXLAN or MPLS over UDP over plain IPv4. Whether its tunnel is
/// one that its source is routed into its flow knows. Whatever is unusual about it is left to the stages that know all of them.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    private const int OuterIp = EthernetHeader.Size;
    private const int OuterUdp = OuterIp + Ipv4Header.Size;
    private const int Tunnelled = OuterUdp + UdpHeader.Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryDecapsulateCommon(ref Packet packet, ref FlowSlot slot, VifState vif)
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
            ? TryEnterCommonVni(ref packet, ref slot, ref frame, ref outer, length)
            : udp.DestinationPort == TunnelPort.Mpls && TryEnterCommonLabel(ref packet, ref slot, ref frame, ref outer, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnterCommonVni(ref Packet packet, ref FlowSlot slot, ref byte frame, ref Ipv4Header outer, int length)
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
        return vrf >= 0 && TryEnterCommon(ref packet, ref slot, ref frame, ref outer, innerIp, length, vrf, vif: null);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnterCommonLabel(ref Packet packet, ref FlowSlot slot, ref byte frame, ref Ipv4Header outer, int length)
    {
        ref MplsHeader mpls = ref Headers.At<MplsHeader>(ref frame, Tunnelled);
        LabelTarget target = _state.Labels[(int)mpls.Label.Value];

        if (!mpls.IsBottom || mpls.Ttl <= 1 || target.NextHop == 0 || target.IsEthernet)
        {
            return false;
        }

        int nextHopSlot = _state.NextHops[target.NextHop];
        ref NextHopState nextHop = ref _nextHops[nextHopSlot];

        if (nextHop.Kind == NextHopKind.Vrf)
        {
            return TryEnterCommon(ref packet, ref slot, ref frame, ref outer, Tunnelled + MplsHeader.Size, length, nextHop.Vrf, vif: null);
        }

        if (nextHop.Kind != NextHopKind.Vif || !target.IsVif || _state.Vifs[nextHop.Egress] is not { PolicyDisabled: false } vif
            || !TryEnterCommon(ref packet, ref slot, ref frame, ref outer, Tunnelled + MplsHeader.Size, length, vif.Vrf, vif))
        {
            return false;
        }

        packet.Flags |= PacketFlags.Direct;
        packet.NextHop = nextHopSlot;
        packet.Label = 0;
        packet.ObjectId = (uint)target.NextHop;
        return true;
    }

    /// <summary>Reads the inner packet. Whether its tunnel is a known one its flow tells, whose outer source was found right at set-up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnterCommon(ref Packet packet, ref FlowSlot slot, ref byte frame, ref Ipv4Header outer, int innerIp, int outerLength, int vrf, VifState? vif)
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
            || !ip.HasRightChecksum()
            || !IsTransportWhole(protocol, ref transport, length - Ipv4Header.Size))
        {
            return false;
        }

        // Who verified a checksum verified the outer one.
        packet.Flags = PacketFlags.Decapsulated;
        packet.L3 = (ushort)(packet.Start + innerIp);
        packet.L4 = (ushort)(packet.L3 + Ipv4Header.Size);
        packet.L3Length = length;
        packet.Protocol = protocol;
        packet.Vrf = vif is null || destination == vif.Ipv4 ? vrf : VrfOfLabelled(vif, IpAddress.FromIpv4(destination));
        packet.NextHop = 0;
        packet.Flow = 0;
        packet.Fate = Fate.Routed;
        uint ports = Headers.At<UInt32BE>(ref transport, 0);
        packet.Hash = FlowHash.Compute((ulong)source << 32 | destination, protocol, ports);
        KeyCommon(ref slot, vif?.Index ?? 0, packet.Vrf, source, destination, protocol, ports, outer.Source);
        return true;
    }
}

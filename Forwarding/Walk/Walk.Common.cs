using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// The common packet, in as few steps as it takes: from a tenant, over plain IPv4, to a next hop that is ready. It is admitted, found its flow
/// and sent by the same rules as any other; whatever is unusual about it is left to the stages that know all of them.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>What makes a packet take the longer way out.</summary>
    private const PacketFlags Unusual = PacketFlags.Made | PacketFlags.Ipv6 | PacketFlags.ChecksumPartial | PacketFlags.Fragment;

    /// <summary>
    /// The common case in one straight line: a whole TCP or UDP packet over plain IPv4 from the tenant's own address to the virtual MAC.
    /// Whatever is unusual, or wrong, is left to <see cref="Admit(ref Packet, VifState)"/>, which says what it is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAdmitCommon(ref Packet packet, ref FlowSlot slot, VifState vif)
    {
        const int l3 = EthernetHeader.Size;
        const int l4 = l3 + Ipv4Header.Size;

        if (packet.HeadLength < l4 + UdpHeader.Size || packet.HeadLength != packet.Length || (packet.Flags & ~PacketFlags.ChecksumVerified) != 0)
        {
            return false;
        }

        int start = packet.Start;
        ref byte frame = ref _region.At(packet.Frame, start);
        ref Ipv4Header ip = ref Headers.At<Ipv4Header>(ref frame, l3);
        byte protocol = ip.Protocol;
        int length = ip.TotalLength;
        uint source = ip.Source;
        uint destination = ip.Destination;

        // Two words hold both MACs and the EtherType.
        if ((ulong)Headers.At<UInt64BE>(ref frame, 0) >> 16 != _virtualMac
            || Headers.At<UInt64BE>(ref frame, 6) != vif.MacAndIpv4
            || ip.VersionAndWords != 0x45
            || ip.IsFragment
            || length > packet.HeadLength - l3
            || source != vif.Ipv4
            || destination == vif.Gateway
            || destination >= FirstGroup
            || vif.IsUncommon
            || !ip.HasRightChecksum()
            || !IsTransportWhole(protocol, ref Unsafe.AddByteOffset(ref frame, l4), length - Ipv4Header.Size))
        {
            return false;
        }

        packet.L3 = (ushort)(start + l3);
        packet.L4 = (ushort)(start + l4);
        packet.L3Length = length;
        packet.Protocol = protocol;
        uint ports = Headers.At<UInt32BE>(ref frame, l4);
        packet.Hash = FlowHash.Compute((ulong)source << 32 | destination, protocol, ports);
        packet.Fate = Fate.Routed;
        packet.NextHop = 0;
        packet.Flow = 0;

        if (vif.PolicyDisabled)
        {
            slot.Key = FlowKey.OfIpv4(vif.Index, vif.Vrf, source, destination, protocol, ports);
            slot.Stage = FlowStage.Hinted;
            Prefetch.Read(ref _hints[destination]);
        }
        else
        {
            KeyCommon(ref slot, vif.Index, vif.Vrf, source, destination, protocol, ports, outerSource: 0);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsTransportWhole(byte protocol, ref byte transport, int length)
    {
        if (protocol == IpProtocol.Udp)
        {
            int udpLength = Headers.At<UdpHeader>(ref transport, 0).Length;
            return udpLength >= UdpHeader.Size && udpLength <= length;
        }

        if (protocol != IpProtocol.Tcp || length < TcpHeader.Size)
        {
            return false;
        }

        int headerLength = Headers.At<TcpHeader>(ref transport, 0).HeaderLength;
        return headerLength >= TcpHeader.Size && headerLength <= length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchHeader(in Packet packet) =>
        Prefetch.Read(ref _region.At(packet.Frame, packet.Start));

    /// <summary>Takes route and next hop as they were found for the same destination before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeHint(ref Packet packet, ref FlowSlot slot, int index)
    {
        uint destination = slot.Key.DestinationIpv4;
        VrfState vrf = _state.Vrfs[packet.Vrf]!;
        ref RouteHint hint = ref _hints[destination];

        if (hint.Destination != destination || hint.VrfVersion != vrf.Version || hint.NextHopsGeneration != _nextHopsGeneration)
        {
            Miss(ref packet, index, vrf.Fib);
            return false;
        }

        packet.Route = hint.Route;
        packet.NextHop = hint.NextHop;
        packet.Label = hint.Label;
        return true;
    }

    /// <summary>Notes where a destination leads, unless packets to there are of flows.</summary>
    private void LeaveHint(in Packet packet, uint destination, VrfState vrf) => _hints[destination] = new RouteHint
    {
        Destination = destination,
        VrfVersion = vrf.Version,
        NextHopsGeneration = _nextHopsGeneration,
        NextHop = packet.NextHop,
        Label = packet.Label,
        Route = packet.Route,
    };

    /// <summary>Rewrites and encapsulates a packet if nothing stands in the way. False: nothing was changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryLeaveCommon(ref Packet packet)
    {
        if (TTrace.IsOn || (packet.Flags & Unusual) != 0)
        {
            return false;
        }

        ref NextHopState nextHop = ref _nextHops[packet.NextHop];
        MacAddress destination = nextHop.Neighbour == 0 ? nextHop.Mac : _neighbours.Mac(nextHop.Neighbour);
        ref byte l3 = ref _region.At(packet.Frame, packet.L3);
        ref Ipv4Header ip = ref Headers.At<Ipv4Header>(ref l3, 0);

        if (!nextHop.IsPlain
            || destination.IsZero
            || (nextHop.Kind == NextHopKind.Tunnel && (packet.Flags & PacketFlags.Decapsulated) != 0)
            || (ip.Ttl <= 1 && (packet.Flags & PacketFlags.Direct) == 0)
            || packet.L3Length > nextHop.Room
            || packet.HeadLength != packet.Length
            || _up[nextHop.Egress] == 0)
        {
            return false;
        }

        if (IsTranslated(packet) && !TryTranslateCommon(ref packet, ref ip))
        {
            return true;
        }

        if ((packet.Flags & PacketFlags.Direct) == 0)
        {
            ip.DecrementTtl();
        }

        if (packet.Protocol == IpProtocol.Tcp && packet.L4 != 0 && (At<TcpHeader>(packet, packet.L4).Flags & TcpFlags.Syn) != 0)
        {
            ClampMss(packet, nextHop.Room);
        }

        int length = EthernetHeader.Size;

        if (nextHop.Kind == NextHopKind.Tunnel)
        {
            length = nextHop.Template.Length;
            nextHop.Template.Write(ref l3, packet.L3Length, packet.Label, NextOuterId(), packet.Hash, ip.Ttl, ip.Ecn, destination);
        }
        else
        {
            // Two words hold both MACs and the EtherType.
            Headers.At<UInt64BE>(ref l3, -6) = nextHop.SourceMac.Value << 32 | (uint)EtherType.Ipv4 << 16 | Headers.At<UInt16BE>(ref l3, 0);
            Headers.At<UInt64BE>(ref l3, -EthernetHeader.Size) = destination.Value << 16 | nextHop.SourceMac.Value >> 32;
        }

        packet.Egress = nextHop.Egress;
        packet.Start = (ushort)(packet.L3 - length);
        packet.HeadLength = (ushort)(packet.L3Length + length);
        packet.Length = packet.HeadLength;
        packet.Fate = Fate.Ready;
        return true;
    }

    /// <summary>The outer header's identification: counts up, never 0.</summary>
    private ushort NextOuterId()
    {
        if (++_outerId == 0)
        {
            _outerId = 1;
        }

        return _outerId;
    }
}

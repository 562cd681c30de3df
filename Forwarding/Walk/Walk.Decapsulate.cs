using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>From the FABRIC: what is for this node's tunnel endpoint comes out of its tunnel, the rest is the underlay's (semantics, section 1).</summary>
internal sealed partial class Walk<TTrace>
{
    private void Decapsulate(Span<Packet> batch, VifState vif)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            if (i + PrefetchDistance < batch.Length)
            {
                PrefetchHeaders(batch[i + PrefetchDistance]);
            }

            Decapsulate(ref batch[i], vif);
        }
    }

    // The outer headers lie in the first line, the inner ones begin in it and end in the second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchHeaders(in Packet packet)
    {
        ref byte first = ref Unsafe.Add(ref _region.Start(packet.Frame), packet.Start);
        Prefetch.Read(ref first);
        Prefetch.Read(ref Unsafe.Add(ref first, 64));
    }

    private void Decapsulate(ref Packet packet, VifState vif)
    {
        if (!TryReadEthernet(ref packet, vif, out ushort etherType))
        {
            return;
        }

        MacAddress destination = At<EthernetHeader>(packet, packet.Start).Destination;

        if (destination.Value != vif.Mac && !destination.IsGroup)
        {
            Drop(ref packet, DropReason.NotForUs, vif);
        }
        else if (etherType == EtherType.Ipv4)
        {
            DecapsulateIpv4(ref packet, vif, destination.IsGroup);
        }
        else if (etherType == EtherType.Ipv6)
        {
            DecapsulateIpv6(ref packet, vif, destination.IsGroup);
        }
        else if (etherType == EtherType.Arp)
        {
            HearArp(ref packet, vif);
        }
        else
        {
            Bypass(ref packet, vif, _state.Host);
        }
    }

    private void DecapsulateIpv4(ref Packet packet, VifState vif, bool isGroup)
    {
        if (!TryClassify(ref packet, isIpv6: false))
        {
            return;
        }

        ref Ipv4Header outer = ref At<Ipv4Header>(packet, packet.L3);

        if (isGroup || !IsEndpoint(outer.Destination, vif))
        {
            Underlay(ref packet, vif, isGroup);
            return;
        }

        TunnelFault fault = TunnelHeaders.Read(outer, PayloadOf(packet, outer.HeaderLength), out TunnelHeaders tunnel);

        if (fault == TunnelFault.NotATunnel)
        {
            Bypass(ref packet, vif, _state.Host);
        }
        else if (_routes.Lookup(_state.TunnelSources, outer.Source).IsNone)
        {
            Drop(ref packet, DropReason.UntrustedTunnelSource, vif);
        }
        else
        {
            Enter(ref packet, vif, fault, tunnel, packet.L3 + outer.HeaderLength);
        }
    }

    private void DecapsulateIpv6(ref Packet packet, VifState vif, bool isGroup)
    {
        if (!TryClassify(ref packet, isIpv6: true))
        {
            return;
        }

        ref Ipv6Header outer = ref At<Ipv6Header>(packet, packet.L3);

        if (packet.Protocol == IpProtocol.Icmpv6 && TryHearNeighbour(ref packet, vif))
        {
            return;
        }

        if (isGroup || !_state.Endpoints.AsSpan().Contains(outer.Destination))
        {
            Underlay(ref packet, vif, isGroup);
            return;
        }

        int inHead = Math.Min(packet.L3Length, packet.Start + packet.HeadLength - packet.L3);
        Ipv6Extensions.TryWalk(_region.Bytes(packet.Frame, packet.L3, inHead), packet.L3Length, out Ipv6Chain chain);
        TunnelFault fault = TunnelHeaders.Read(outer, chain, PayloadOf(packet, chain.UpperOffset), out TunnelHeaders tunnel);
        IpAddress source = outer.Source;

        if (fault == TunnelFault.NotATunnel)
        {
            Bypass(ref packet, vif, _state.Host);
        }
        else if (_routes.Lookup(_state.TunnelSources, source).IsNone)
        {
            Drop(ref packet, DropReason.UntrustedTunnelSource, vif);
        }
        else
        {
            Enter(ref packet, vif, fault, tunnel, packet.L3 + chain.UpperOffset);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsEndpoint(uint address, VifState vif) =>
        address == vif.Ipv4 || _state.Endpoints.AsSpan().Contains(IpAddress.FromIpv4(address));

    /// <summary>The IP payload behind a header; of a chained packet a copy, so that checksums see all of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> PayloadOf(in Packet packet, int headerLength)
    {
        int start = packet.L3 + headerLength;
        int length = packet.L3Length - headerLength;

        return start + length <= packet.Start + packet.HeadLength
            ? _region.Bytes(packet.Frame, start, length)
            : Gather(packet).Slice(start - packet.Start, length);
    }

    /// <summary>Goes on with what the tunnel carried. <paramref name="transport"/> is where the tunnel's own headers begin.</summary>
    private void Enter(ref Packet packet, VifState vif, TunnelFault fault, in TunnelHeaders tunnel, int transport)
    {
        if (fault != TunnelFault.None)
        {
            Drop(ref packet, ReasonFor(fault), vif);
            return;
        }

        packet.Flags = PacketFlags.Decapsulated | (packet.Flags & (PacketFlags.ChecksumPartial | PacketFlags.ChecksumVerified));
        packet.L3 = (ushort)(transport + tunnel.PayloadOffset);
        packet.L3Length = tunnel.PayloadLength;

        if (tunnel.Kind == EncapsulationKind.Vxlan)
        {
            EnterVni(ref packet, tunnel.Label);
        }
        else
        {
            EnterLabel(ref packet, tunnel);
        }
    }

    private static DropReason ReasonFor(TunnelFault fault) => fault switch
    {
        TunnelFault.InvalidVni => DropReason.InvalidVni,
        TunnelFault.InvalidPayload => DropReason.InvalidPayload,
        _ => DropReason.Malformed,
    };

    private void EnterVni(ref Packet packet, uint vni)
    {
        int vrf = _state.Vnis[(int)vni] - 1;

        if (vrf < 0)
        {
            Drop(ref packet, DropReason.InvalidVni, ObjectKind.Vni, vni);
            return;
        }

        if (TTrace.IsOn)
        {
            _trace.Step("decapsulate", $"VXLAN, VNI {vni}: VRF {_state.Vrfs[vrf]!.Id}", new ObjectKey(ObjectKind.Vni, vni));
        }

        // Its own frame, without the tag of our port: a tag in it is payload.
        if (packet.L3Length < EthernetHeader.Size || packet.L3 + EthernetHeader.Size > packet.Start + packet.HeadLength)
        {
            Drop(ref packet, DropReason.InvalidPayload, ObjectKind.Vni, vni);
            return;
        }

        ref EthernetHeader inner = ref At<EthernetHeader>(packet, packet.L3);
        ulong destination = ((MacAddress)inner.Destination).Value;
        ushort etherType = inner.EtherType;

        if (destination != _virtualMac && !IsOwnMac(destination))
        {
            ForwardingMode mode = _state.Vrfs[vrf]!.Mode;
            Drop(ref packet, mode == ForwardingMode.L3 ? DropReason.NotRouted : DropReason.NoRoute, ObjectKind.Vrf, _state.Vrfs[vrf]!.Id.Value);
        }
        else if (etherType is not (EtherType.Ipv4 or EtherType.Ipv6))
        {
            Drop(ref packet, DropReason.InvalidPayload, ObjectKind.Vni, vni);
        }
        else
        {
            packet.L3 += EthernetHeader.Size;
            packet.L3Length -= EthernetHeader.Size;
            EnterVrf(ref packet, vrf, etherType == EtherType.Ipv6);
        }
    }

    private bool IsOwnMac(ulong mac)
    {
        foreach (VifState fabric in _state.Fabrics)
        {
            if (fabric.Mac == mac)
            {
                return true;
            }
        }

        return false;
    }

    private void EnterLabel(ref Packet packet, in TunnelHeaders tunnel)
    {
        LabelTarget target = _state.Labels[(int)tunnel.Label];

        if (target.NextHop == 0)
        {
            Drop(ref packet, DropReason.InvalidLabel, ObjectKind.Label, tunnel.Label);
        }
        else if (tunnel.Ttl <= 1)
        {
            Drop(ref packet, DropReason.TtlExpired, ObjectKind.Label, tunnel.Label);
        }
        else if (packet.L3Length < 1 || packet.L3 >= packet.Start + packet.HeadLength || At<byte>(packet, packet.L3) >> 4 is not (4 or 6))
        {
            Drop(ref packet, DropReason.InvalidPayload, ObjectKind.Label, tunnel.Label);
        }
        else
        {
            EnterTarget(ref packet, target, tunnel.Label);
        }
    }

    private void EnterTarget(ref Packet packet, LabelTarget target, uint label)
    {
        int slot = _state.NextHops[target.NextHop];
        ref NextHopState nextHop = ref _nextHops[slot];
        bool isIpv6 = At<byte>(packet, packet.L3) >> 4 == 6;

        if (TTrace.IsOn)
        {
            _trace.Step("decapsulate", $"MPLS label {label}: {Describe(nextHop)}", new ObjectKey(ObjectKind.Label, label));
        }

        if (nextHop.Kind == NextHopKind.Vrf)
        {
            EnterVrf(ref packet, nextHop.Vrf, isIpv6);
            return;
        }

        // To a next hop with no lookup: it is in the VRF of the vif it goes to.
        VifState? vif = nextHop.Kind == NextHopKind.Vif ? _state.Vifs[nextHop.Egress] : null;

        if (EnterVrf(ref packet, vif?.Vrf ?? 0, isIpv6))
        {
            packet.Flags |= target.IsVif ? PacketFlags.Direct : 0;
            packet.NextHop = slot;
            packet.Label = nextHop.Label;
        }
    }

    private bool EnterVrf(ref Packet packet, int vrf, bool isIpv6)
    {
        packet.Vrf = vrf;

        if (!TryClassify(ref packet, isIpv6))
        {
            return false;
        }

        if (Ecn.Decapsulate(InnerEcn(packet), OuterEcn(packet)) == Ecn.Conflict)
        {
            Drop(ref packet, DropReason.EcnConflict, ObjectKind.None, 0);
            return false;
        }

        packet.Fate = Fate.Routed;
        packet.NextHop = 0;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte InnerEcn(in Packet packet) => (packet.Flags & PacketFlags.Ipv6) != 0
        ? At<Ipv6Header>(packet, packet.L3).Ecn
        : At<Ipv4Header>(packet, packet.L3).Ecn;

    /// <summary>Where the outer IP header still lies.</summary>
    private int OuterL3(in Packet packet) => packet.Start + _state.Vifs[packet.Ingress]!.EthernetLength;

    private byte OuterEcn(in Packet packet)
    {
        int outer = OuterL3(packet);
        return At<byte>(packet, outer) >> 4 == 6 ? At<Ipv6Header>(packet, outer).Ecn : At<Ipv4Header>(packet, outer).Ecn;
    }

    private IpAddress OuterSource(in Packet packet)
    {
        int outer = OuterL3(packet);
        return At<byte>(packet, outer) >> 4 == 6 ? At<Ipv6Header>(packet, outer).Source : IpAddress.FromIpv4(At<Ipv4Header>(packet, outer).Source);
    }
}

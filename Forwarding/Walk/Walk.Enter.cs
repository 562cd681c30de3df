using System.Runtime.CompilerServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What came out of a tunnel finds its VRF: by VNI or label (semantics, section 1).</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>Goes on with what the tunnel carried. <paramref name="transport"/> is where the tunnel's own headers begin.</summary>
    private void Enter(ref Packet packet, VifState vif, TunnelFault fault, in TunnelHeaders tunnel, int transport)
    {
        if (fault != TunnelFault.None)
        {
            DropFaulty(ref packet, vif, fault, tunnel);
            return;
        }

        // Who verified a checksum verified the outer one.
        packet.Flags = PacketFlags.Decapsulated | (packet.Flags & PacketFlags.ChecksumPartial);
        packet.Route = default;
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

    private void DropFaulty(ref Packet packet, VifState vif, TunnelFault fault, in TunnelHeaders tunnel)
    {
        switch (fault)
        {
            case TunnelFault.InvalidVni:
                Drop(ref packet, DropReason.InvalidVni, vif);
                break;

            // A label that is not the last: first it has to be one of ours, and alive.
            case TunnelFault.InvalidPayload when MayEnterLabel(ref packet, tunnel):
                Drop(ref packet, DropReason.InvalidPayload, ObjectKind.Label, tunnel.Label);
                break;

            case TunnelFault.InvalidPayload:
                break;

            default:
                Drop(ref packet, DropReason.Malformed, vif);
                break;
        }
    }

    /// <summary>Whether a label is in the table and its TTL not at its end; drops the packet otherwise.</summary>
    private bool MayEnterLabel(ref Packet packet, in TunnelHeaders tunnel)
    {
        if (_state.Labels[(int)tunnel.Label].NextHop == 0)
        {
            Drop(ref packet, DropReason.InvalidLabel, ObjectKind.Label, tunnel.Label);
            return false;
        }

        if (tunnel.Ttl <= 1)
        {
            Drop(ref packet, DropReason.TtlExpired, ObjectKind.Label, tunnel.Label);
            return false;
        }

        return true;
    }

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

        return _state.Host != 0 && _state.Vifs[_state.Host]!.Mac == mac;
    }

    private void EnterLabel(ref Packet packet, in TunnelHeaders tunnel)
    {
        if (!MayEnterLabel(ref packet, tunnel))
        {
            return;
        }

        if (packet.L3Length < 1 || packet.L3 >= packet.Start + packet.HeadLength || At<byte>(packet, packet.L3) >> 4 is not (4 or 6))
        {
            Drop(ref packet, DropReason.InvalidPayload, ObjectKind.Label, tunnel.Label);
        }
        else
        {
            EnterTarget(ref packet, _state.Labels[(int)tunnel.Label], tunnel.Label);
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

        // To a next hop with no lookup: whose vif it goes to, or may go to, says the VRF.
        VifState? vif = nextHop.Kind == NextHopKind.Ecmp ? _state.Vifs[_state.Groups[target.NextHop]!.FirstVif]
            : nextHop.Kind == NextHopKind.Vif ? _state.Vifs[nextHop.Egress]
            : null;

        if (EnterVrf(ref packet, vif?.Vrf ?? 0, isIpv6))
        {
            packet.Vrf = vif is null ? 0 : VrfOfLabelled(vif, DestinationOf(packet));
            packet.Flags |= target.IsVif ? PacketFlags.Direct : 0;
            packet.NextHop = slot;

            // Until something decides on the packet: which next hop that was, by its index.
            packet.ObjectId = (uint)target.NextHop;
        }
    }

    private bool EnterVrf(ref Packet packet, int vrf, bool isIpv6)
    {
        packet.Vrf = vrf;

        if (!TryClassify(ref packet, isIpv6) || !HasChecksumWhereItBelongs(ref packet))
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

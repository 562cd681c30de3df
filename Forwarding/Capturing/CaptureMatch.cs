using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Whether a packet is of the flows that a capture is after, be it in a tunnel or not.</summary>
internal sealed class CaptureMatch(FlowFilter filter, NativeArray<NextHopState> nextHops)
{
    /// <summary>The index of no VRF.</summary>
    public const int Unknown = -1;

    /// <summary>Judges a packet by its head.</summary>
    /// <param name="head">What its head frame holds.</param>
    /// <param name="state">What its VNI or label is looked up in.</param>
    /// <param name="vif">Where it was seen; null = a vif that is gone.</param>
    /// <param name="innerVrf">The VRF of what is in the tunnel, when it is known; -1 = the one that its VNI or label leads to.</param>
    public bool Matches(Span<byte> head, ForwardingState state, VifState? vif, int innerVrf)
    {
        if (!PacketTuple.TryReadFrame(head, out PacketTuple tuple, out Span<byte> payload))
        {
            return false;
        }

        return Agrees(tuple, state, vif, vif?.Vrf ?? Unknown)
            || (TryReadInner(tuple, payload, state, out PacketTuple inner, out int lookedUp)
                && Agrees(inner, state, vif, innerVrf != Unknown ? innerVrf : lookedUp));
    }

    private bool Agrees(in PacketTuple tuple, ForwardingState state, VifState? vif, int vrf)
    {
        FlowRecordKey key = KeyOf(tuple, state, vif, vrf);
        FlowRecordKey reverse = KeyOf(tuple.Reverse(), state, vif, vrf);

        return (filter.Vrf is null || vrf != Unknown) && (filter.Matches(key, reverse) || filter.Matches(reverse, key));
    }

    private static FlowRecordKey KeyOf(in PacketTuple tuple, ForwardingState state, VifState? vif, int vrf) => new(
        vrf == Unknown ? default : state.Vrfs[vrf]?.Id ?? default,
        tuple.Source,
        tuple.Destination,
        tuple.Protocol,
        tuple.SourcePort,
        tuple.DestinationPort,
        vif?.Vif.Id ?? default);

    private bool TryReadInner(in PacketTuple outer, Span<byte> payload, ForwardingState state, out PacketTuple inner, out int vrf)
    {
        (inner, vrf) = (default, Unknown);

        return outer.Protocol switch
        {
            IpProtocol.Udp when outer.DestinationPort == VxlanHeader.UdpPort => TryReadVxlan(payload, state, out inner, out vrf),
            IpProtocol.Udp when outer.DestinationPort is TunnelPort.Mpls or TunnelPort.MplsBeforeAssignment || outer.DestinationPort == state.Settings.MplsOverUdpPort =>
                payload.Length > UdpHeader.Size && TryReadMpls(payload[UdpHeader.Size..], state, out inner, out vrf),
            IpProtocol.Gre when Layer<GreHeader>.TryRead(payload, out Layer<GreHeader> gre) && gre.Header.ProtocolType == EtherType.Mpls =>
                TryReadMpls(gre.Payload, state, out inner, out vrf),
            _ => false,
        };
    }

    private static bool TryReadVxlan(Span<byte> payload, ForwardingState state, out PacketTuple inner, out int vrf)
    {
        (inner, vrf) = (default, Unknown);

        if (payload.Length < UdpHeader.Size || !Layer<VxlanHeader>.TryRead(payload[UdpHeader.Size..], out Layer<VxlanHeader> vxlan))
        {
            return false;
        }

        vrf = state.Vnis[(int)vxlan.Header.Vni.Value] - 1;
        return PacketTuple.TryReadFrame(vxlan.Payload, out inner, out _);
    }

    private bool TryReadMpls(Span<byte> bytes, ForwardingState state, out PacketTuple inner, out int vrf)
    {
        (inner, vrf) = (default, Unknown);

        if (!Layer<MplsHeader>.TryRead(bytes, out Layer<MplsHeader> mpls))
        {
            return false;
        }

        vrf = VrfOf(state, state.Labels[(int)mpls.Header.Label.Value]);
        return PacketTuple.TryRead(mpls.Payload, out inner, out _);
    }

    private int VrfOf(ForwardingState state, LabelTarget label)
    {
        if (label.NextHop == 0)
        {
            return Unknown;
        }

        ref NextHopState nextHop = ref nextHops[state.NextHops[label.NextHop]];

        return nextHop.Kind switch
        {
            NextHopKind.Vrf => nextHop.Vrf,
            NextHopKind.Vif => state.Vifs[nextHop.Egress]?.Vrf ?? Unknown,
            _ => Unknown,
        };
    }
}

using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>From the FABRIC: out of its tunnel, or the underlay's own (semantics, sections 1 and 8).</summary>
internal sealed partial class ReferenceRouter
{
    // RFC 6040 figure 4: a row an inner codepoint (Not-ECT, ECT(1), ECT(0), CE), a column an outer one; -1 = drop.
    private static readonly int[,] s_ecn = { { 0, 0, 0, -1 }, { 1, 1, 1, 3 }, { 2, 1, 2, 3 }, { 3, 3, 3, 3 } };

    private Outcome FromFabric(Vif vif, byte[] frame, int etherType)
    {
        MacAddress destination = Octets.ReadMac(frame, 0);

        if (destination != vif.Mac && !destination.IsGroup)
        {
            return Outcome.Dropped(DropReason.NotForUs);
        }

        if (etherType is not (EtherType.Ipv4 or EtherType.Ipv6))
        {
            throw new NotSupportedException("the underlay's ARP and others");
        }

        DropReason reason = IpPacket.TryRead(PayloadOf(vif, frame), etherType == EtherType.Ipv6, out IpPacket outer);

        if (reason != DropReason.None)
        {
            return Outcome.Dropped(reason);
        }

        var arrival = new Arrival(vif, frame) { Ip = outer, Tuple = FiveTuple.Of(outer) };
        bool isForThisNode = State.Fabrics.Any(fabric => fabric.Addresses.Any(address => address.Address == outer.Destination));

        if (destination.IsGroup || !isForThisNode)
        {
            return FromUnderlay(arrival, destination.IsGroup);
        }

        if (!TunnelPacket.IsOne(outer, State.Settings))
        {
            return State.IsOwned(outer.Destination) ? Forward(arrival) : Bypass(arrival, State.Host);
        }

        if (!State.IsTunnelSource(outer.Source))
        {
            return Outcome.Dropped(DropReason.UntrustedTunnelSource);
        }

        reason = TunnelPacket.TryRead(outer, out TunnelPacket tunnel);
        return reason != DropReason.None ? Outcome.Dropped(reason) : FromTunnel(vif, frame, tunnel);
    }

    private Outcome FromTunnel(Vif vif, byte[] frame, TunnelPacket tunnel) => tunnel.Kind == EncapsulationKind.Vxlan
        ? FromVni(vif, frame, tunnel)
        : FromLabel(vif, frame, tunnel);

    private Outcome FromVni(Vif vif, byte[] frame, TunnelPacket tunnel)
    {
        if (State.FindVrf(new Vni(tunnel.Label)) is not { } vrf)
        {
            return Outcome.Dropped(DropReason.InvalidVni);
        }

        if (tunnel.Payload.Length < 14)
        {
            return Outcome.Dropped(DropReason.InvalidPayload);
        }

        MacAddress destination = Octets.ReadMac(tunnel.Payload, 0);
        bool isRouted = destination == State.Settings.VirtualMac || State.Fabrics.Any(fabric => fabric.Mac == destination) || State.Host?.Mac == destination;

        if (!isRouted)
        {
            return Outcome.Dropped(vrf.ForwardingMode == ForwardingMode.L3 ? DropReason.NotRouted : DropReason.NoRoute);
        }

        int etherType = Octets.Read16(tunnel.Payload, 12);

        return etherType is EtherType.Ipv4 or EtherType.Ipv6
            ? FromTunnel(vif, frame, tunnel, tunnel.Payload[14..], etherType == EtherType.Ipv6, vrf.Id, null)
            : Outcome.Dropped(DropReason.InvalidPayload);
    }

    private Outcome FromLabel(Vif vif, byte[] frame, TunnelPacket tunnel)
    {
        (Vif? direct, NextHop? nextHop) = State.FindLabel(new MplsLabel(tunnel.Label));

        if (direct is null && nextHop is null)
        {
            return Outcome.Dropped(DropReason.InvalidLabel);
        }

        if (tunnel.LabelTtl <= 1)
        {
            return Outcome.Dropped(DropReason.TtlExpired);
        }

        if (!tunnel.IsBottom || tunnel.Payload is not [var first, ..] || first >> 4 is not (4 or 6))
        {
            return Outcome.Dropped(DropReason.InvalidPayload);
        }

        VrfId vrf = direct?.Vrf ?? (nextHop as VrfNextHop)?.Vrf ?? throw new NotSupportedException($"a label to {nextHop}");
        return FromTunnel(vif, frame, tunnel, tunnel.Payload, first >> 4 == 6, vrf, direct);
    }

    private Outcome FromTunnel(Vif vif, byte[] frame, TunnelPacket tunnel, byte[] payload, bool isIpv6, VrfId vrf, Vif? direct)
    {
        DropReason reason = IpPacket.TryRead(payload, isIpv6, out IpPacket ip);

        if (reason != DropReason.None)
        {
            return Outcome.Dropped(reason);
        }

        vrf = direct is null ? vrf : State.VrfOfLabelled(direct, ip.Destination);

        return s_ecn[ip.Ecn, tunnel.Ecn] < 0
            ? Outcome.Dropped(DropReason.EcnConflict)
            : Forward(new Arrival(vif, frame) { Tunnel = tunnel, Ip = ip, Tuple = FiveTuple.Of(ip), Vrf = vrf, Direct = direct });
    }

    /// <summary>RPF: the source is routed, from VRF to VRF, to the tunnel that the packet came from, or to a group that contains it.</summary>
    private bool IsRoutedInto(Arrival arrival) => IsRoutedInto(arrival.Vrf, arrival.Ip.Source, arrival.Tunnel!.Source);

    private bool IsRoutedInto(VrfId vrf, IpAddress source, IpAddress outerSource) =>
        State.Vrf(vrf).RpfDisabled
        || LeadsInto(State.Resolve(vrf, source), outerSource);

    /// <summary>Also one that VRF 0 has no way to now: what comes from there is no lie.</summary>
    private static bool LeadsInto(Way way, IpAddress outerSource) => way.Group is { } group
        ? group.Members.Any(member => IsTunnelTo(member.NextHop, outerSource))
        : IsTunnelTo(way.Last, outerSource);

    private static bool IsTunnelTo(NextHop? nextHop, IpAddress farEnd) => nextHop is TunnelNextHop tunnel && tunnel.Destination == farEnd;
}

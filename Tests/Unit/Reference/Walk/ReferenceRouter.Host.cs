using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The node's own traffic: HOST and FABRIC are one station to the underlay (semantics, sections 1 and 8).</summary>
internal sealed partial class ReferenceRouter
{
    private Outcome FromHost(Vif vif, byte[] frame, int etherType)
    {
        if (etherType is not (EtherType.Ipv4 or EtherType.Ipv6))
        {
            throw new NotSupportedException("the node's ARP and others");
        }

        DropReason reason = IpPacket.TryRead(PayloadOf(vif, frame), etherType == EtherType.Ipv6, out IpPacket ip);

        if (reason != DropReason.None)
        {
            return Outcome.Dropped(reason);
        }

        if (ip is { IsIpv6: true, IsIcmp: true, IcmpType: >= 133 and <= 137 })
        {
            throw new NotSupportedException("ND");
        }

        var arrival = new Arrival(vif, frame) { Ip = ip, Tuple = FiveTuple.Of(ip) };

        if (vif.Gateways.Contains(ip.Destination))
        {
            return Answer(arrival);
        }

        bool isOverlay = IsOverlay(State.FindRoute(default, ip.Destination));

        // What it sends may answer a flow.
        bool isOfService = !vif.PolicyDisabled && !ip.Destination.IsMulticast && (State.FloatingIpsOf(vif).Any() || State.IsOwned(ip.Destination));

        return isOverlay || isOfService || HasVirtualMac(arrival) ? Forward(arrival) : Bypass(arrival, State.Fabrics.FirstOrDefault());
    }

    /// <summary>From the underlay and no tunnel that ends here: HOST's, or in transit where VRF 0 has a route.</summary>
    private Outcome FromUnderlay(Arrival arrival, bool isGroup)
    {
        // A live flow or a floating IP has it, or HOST.
        if (!isGroup && State.IsOwned(arrival.Ip.Destination))
        {
            return Forward(arrival);
        }

        ReferenceRoute? route = isGroup ? null : State.FindRoute(default, arrival.Ip.Destination);

        if (isGroup || route?.NextHop is HostNextHop)
        {
            return Bypass(arrival, State.Host);
        }

        // Nobody has asked this node to be a router between neighbours of one subnet.
        bool isBack = route is { IsDerived: true, NextHop: VifNextHop next } && next.Vif == arrival.Ingress.Id;
        return route is null || isBack ? Outcome.Dropped(DropReason.NotForUs) : Forward(arrival);
    }

    /// <summary>A frame goes on as it is, with the one MAC that both sides share.</summary>
    private static Outcome Bypass(Arrival arrival, Vif? to)
    {
        if (to is null)
        {
            return Outcome.Dropped(DropReason.NotForUs);
        }

        MacAddress destination = Octets.ReadMac(arrival.Frame, 0);
        MacAddress source = to.Kind == VifKind.Host ? arrival.SenderMac : to.Mac;
        destination = to.Kind == VifKind.Host && !destination.IsGroup ? to.Mac : destination;
        return Outcome.SentOut(new Sent(to.Id, Ethernet(destination, source, to.Vlan, arrival.Ip.IsIpv6, arrival.Frame[arrival.EthernetLength..])));
    }

    /// <summary>Whether a route of VRF 0 leads into the overlay: not out of the FABRIC as any router's would.</summary>
    private bool IsOverlay(ReferenceRoute? route) => route?.NextHop is TunnelNextHop or VrfNextHop or DiscardNextHop or RejectNextHop or EcmpNextHop
        || (route?.NextHop is VifNextHop next && State.FindVif(next.Vif)!.Kind == VifKind.Tenant);

    private bool HasVirtualMac(Arrival arrival) => Octets.ReadMac(arrival.Frame, 0) == State.Settings.VirtualMac;

    /// <summary>
    /// The other side, for what is between HOST and underlay and of no flow: from there to an address of this node of which no floating IP wants it, or out
    /// as any station's packet. Null: it is something else.
    /// </summary>
    private Vif? OtherSide(ReferenceDecision decision)
    {
        Arrival arrival = decision.Arrival;

        if (arrival.Sender is null)
        {
            return decision.Receiver is { Kind: VifKind.Host } host && arrival.Tunnel is null ? host : null;
        }

        bool isOut = arrival.Sender.Kind == VifKind.Host && !IsOverlay(decision.Way.Routes.FirstOrDefault()) && !HasVirtualMac(arrival);
        return isOut ? State.Fabrics.FirstOrDefault() : null;
    }
}

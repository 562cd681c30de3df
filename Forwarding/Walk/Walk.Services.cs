using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>As what a flow goes: floating IPs inward, outward and onward (semantics, section 6).</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>
    /// The VRF of a packet under a vif's own label: that of a floating IP of the vif that it is addressed to (of two the lower id), else
    /// the vif's.
    /// </summary>
    private static int VrfOfLabelled(VifState vif, IpAddress destination)
    {
        FloatingIpState? found = null;

        foreach (FloatingIpState floating in vif.FloatingIps)
        {
            if (floating.Address == destination && (found is null || floating.VrfId.Value < found.VrfId.Value))
            {
                found = floating;
            }
        }

        return found?.Vrf ?? vif.Vrf;
    }

    /// <summary>
    /// The sender's side: a floating IP sends on to another address; the sender goes out as one of its own floating IPs, or through a source
    /// NAT. False: it goes nowhere.
    /// </summary>
    private bool TryLeaveSender(ref FlowDecision decision)
    {
        decision.Way = FindWay(decision.Key.Vrf, decision.Destination);
        decision.CrossesVrfs = decision.Way.First != decision.Way.Last;

        // In packet mode nothing is translated.
        if (decision.Sender != 0 && !HasPolicy(decision.Sender))
        {
            return true;
        }

        // What is sent on here does not leave; and what has left may be sent on where it comes to.
        if (FindForwarder(decision, decision.Key.Vrf, out PortForwardState forward) is { } here)
        {
            return TrySendOn(ref decision, here, forward);
        }

        bool leaves = (decision.Sender != 0 && TryLeaveAsFloatingIp(ref decision)) || TryLeaveThroughSourceNat(ref decision);
        return !leaves || FindForwarder(decision, decision.Way.Vrf, out forward) is not { } there || TrySendOn(ref decision, there, forward);
    }

    /// <summary>The floating IP that forwards this port to another address, from any node (a node port): of a VRF, or where the way ends; null = none does.</summary>
    private FloatingIpState? FindForwarder(in FlowDecision decision, int vrf, out PortForwardState forward) =>
        FindForwarderIn(vrf, decision, out forward) ?? (decision.Way.Vrf != vrf ? FindForwarderIn(decision.Way.Vrf, decision, out forward) : null);

    private FloatingIpState? FindForwarderIn(int vrf, in FlowDecision decision, out PortForwardState forward)
    {
        forward = default;

        return _state.FindFloatingIp(vrf, decision.Destination) is { IsMapped: true } floating
            && floating.TryForward(decision.Key.Protocol, (ushort)decision.Ports, out forward)
            ? floating
            : null;
    }

    /// <summary>Sends a flow on to another address. False: its source is not served.</summary>
    private bool TrySendOn(ref FlowDecision decision, FloatingIpState floating, in PortForwardState forward)
    {
        decision.Forwarder = floating.Index + 1;
        decision.Nat = null;
        decision.HasOwnPort = forward.TranslateSource;
        decision.CrossesVrfs = true;

        if (!IsServed(ref decision, floating))
        {
            return false;
        }

        decision.Destination = forward.Address;
        decision.Ports = decision.Ports & 0xFFFF_0000 | forward.Port;
        decision.Way = FindWay(forward.Vrf, forward.Address);
        return true;
    }

    private static bool IsServed(ref FlowDecision decision, FloatingIpState floating)
    {
        if (floating.Admits(decision.Source))
        {
            return true;
        }

        decision.Reason = DropReason.FloatingIpSourceDenied;
        decision.DecidedBy = floating.Index + 1;
        return false;
    }

    /// <summary>
    /// The sender goes out as the floating IP whose VRF has the longest route to the destination, if that is longer than its own VRF's. The
    /// vif lists them in the order that decides between equals.
    /// </summary>
    private bool TryLeaveAsFloatingIp(ref FlowDecision decision)
    {
        VifState sender = _state.Vifs[decision.Sender]!;
        int longest = LengthOf(decision.Way);
        bool found = false;

        foreach (FloatingIpState floating in sender.FloatingIps)
        {
            if (floating.Direction == FloatingIpDirection.Ingress
                || floating.Vrf == sender.Vrf
                || !floating.TryGetFixed(sender, out IpAddress own)
                || own != decision.Key.Source)
            {
                continue;
            }

            ushort port = decision.Key.SourcePort;

            if (floating.IsMapped && !floating.TryMapBack(decision.Key.Protocol, decision.Key.SourcePort, decision.Sender, out port))
            {
                continue;
            }

            Way way = FindWay(floating.Vrf, decision.Destination);

            if (LengthOf(way) > longest)
            {
                longest = LengthOf(way);
                found = true;
                decision.Way = way;
                decision.Source = floating.Address;
                decision.Ports = (uint)port << 16 | (ushort)decision.Ports;
                decision.CrossesVrfs = true;
            }
        }

        return found;
    }

    /// <summary>The length of the prefix that a way begins with; -1 where there is no route.</summary>
    private int LengthOf(in Way way) => way.First.IsNone ? -1 : _routes.Entry(way.First).PrefixLength;

    /// <summary>The receiver's side: what is addressed to one of its floating IPs is delivered to the guest's own address and port.</summary>
    private bool TryReachReceiver(ref FlowDecision decision)
    {
        VifState receiver = _state.Vifs[decision.Receiver]!;

        if (_state.FindFloatingIp(decision.Way.Vrf, decision.Destination) is not { } floating)
        {
            return true;
        }

        if (receiver.Kind == VifKind.Host && !TryTakeLocalMember(ref decision, floating, ref receiver))
        {
            return true;
        }

        if (!floating.Has(decision.Receiver) || receiver.PolicyDisabled || receiver.HasAddress(decision.Destination))
        {
            return true;
        }

        if (!floating.TryMap(decision.Key.Protocol, (ushort)decision.Ports, decision.Receiver, out ushort port) || !floating.TryGetFixed(receiver, out IpAddress address))
        {
            return IsUnmapped(ref decision, floating);
        }

        bool isServed = IsServed(ref decision, floating);

        // A client that is its own member: from its own address the answer would never leave it.
        if (decision.Sender == decision.Receiver && !decision.IsSourceTranslated)
        {
            decision.Source = floating.Address;
        }

        decision.Destination = address;
        decision.Ports = decision.Ports & 0xFFFF_0000 | port;

        // Answers come all the same: what is refused is known by what it would be delivered as.
        return floating.Direction == FloatingIpDirection.Egress ? IsUnmapped(ref decision, floating) : isServed;
    }

    private static bool IsUnmapped(ref FlowDecision decision, FloatingIpState floating)
    {
        decision.Reason = DropReason.FloatingIpPortUnmapped;
        decision.DecidedBy = floating.Index + 1;
        return false;
    }

    /// <summary>On an address of this node a floating IP serves by its members here; what it does not map goes on to the HOST.</summary>
    private bool TryTakeLocalMember(ref FlowDecision decision, FloatingIpState floating, ref VifState receiver)
    {
        uint flow = FlowOf(decision);
        uint best = 0;
        VifState? member = null;

        foreach (ushort vif in floating.Members)
        {
            if (floating.Direction == FloatingIpDirection.Egress
                || _state.Vifs[vif] is not { PolicyDisabled: false } candidate
                || !floating.TryMap(decision.Key.Protocol, (ushort)decision.Ports, vif, out _))
            {
                continue;
            }

            // As members of groups are chosen: one that goes moves its own flows only, and no flow moves by itself.
            uint score = vif == decision.ReceiverBefore ? uint.MaxValue : Fmix32.Mix(Fmix32.Mix(candidate.Vif.Id.Value) ^ flow);

            if (member is null || score > best)
            {
                (best, member) = (score, candidate);
            }
        }

        if (member is null)
        {
            return false;
        }

        receiver = member;
        decision.Receiver = member.Index;
        decision.Way.NextHop = member.NextHop;
        decision.Way.Slot = _state.NextHops[member.NextHop];
        decision.Way.Label = 0;
        return true;
    }
}

using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>The first packet of a flow sets both directions up: where they go, as what, and whether they may (semantics, sections 4 to 6).</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>A packet that no flow is known for. False: it has ended here.</summary>
    private bool TryMiss(ref Packet packet, ref FlowSlot slot)
    {
        int owner = _isShared ? _flows.Owners.Of(slot.Key) : _flows.Number;

        // What that one has sent here may be of a flow of this worker's, by another key.
        if (owner != _flows.Number && !_isHandedOver)
        {
            HandOver(ref packet, ref slot, owner);
            return false;
        }

        FlowDecision decision = default;
        Describe(ref packet, slot, ref decision);

        if (decision.FromTunnel && !HasValidSource(ref packet))
        {
            return false;
        }

        bool leadsSomewhere = TryFindWay(ref decision);
        Take(ref packet, decision.Way);

        if (TTrace.IsOn)
        {
            TraceWay(packet, decision);
        }

        if (TryFindByReceiver(ref slot, decision, out uint entry))
        {
            // Its flow may be over: then it is looked at again as it came.
            packet.NextHop = decision.IsDirect ? packet.NextHop : 0;
            return TryHit(ref packet, ref slot, entry);
        }

        if (owner != _flows.Number)
        {
            HandBack(ref packet, ref slot, owner);
            return false;
        }

        if ((!leadsSomewhere || !IsFlow(decision)) && FindBypass(packet, decision) is var other and not 0)
        {
            Bypass(ref packet, _state.Vifs[packet.Ingress]!, other);
            LeaveUnrouted(ref packet);
            return false;
        }

        if (!leadsSomewhere)
        {
            DropUndecided(ref packet, decision);
            return false;
        }

        if (!IsFlow(decision))
        {
            return true;
        }

        if (slot.Stage == FlowStage.Related)
        {
            Drop(ref packet, DropReason.UnrelatedError, ObjectKind.None, 0);
            return false;
        }

        return TrySetUp(ref packet, ref slot, ref decision);
    }

    /// <summary>What the packet itself says about its flow.</summary>
    private void Describe(ref Packet packet, in FlowSlot slot, ref FlowDecision decision)
    {
        decision.Key = slot.Key;
        decision.FromTunnel = (packet.Flags & PacketFlags.Decapsulated) != 0;
        decision.OuterSource = slot.OuterSource;
        decision.IsDirect = packet.NextHop != 0;
        decision.Sender = _state.Vifs[packet.Ingress]!.Kind == VifKind.Fabric ? (ushort)0 : packet.Ingress;
        decision.Icmp = packet.L4 != 0 && IsIcmp(packet) ? At<UInt16BE>(packet, packet.L4) : (ushort)0;

        if (decision.IsDirect)
        {
            TakeNamed(ref decision, (int)packet.ObjectId);
        }
    }

    /// <summary>Its label has named the next hop.</summary>
    private void TakeNamed(ref FlowDecision decision, int nextHop)
    {
        decision.Named = nextHop;
        decision.Way.NextHop = nextHop;
        decision.Way.Slot = _state.NextHops[nextHop];
        decision.Way.Label = _nextHops[decision.Way.Slot].Label;
        decision.Way.Vrf = decision.Key.Vrf;
    }

    /// <summary>
    /// Finds where a flow goes and as what: sent on by a floating IP, out as the sender's floating IP or through a source NAT, to a member of a
    /// group, in as the receiver's floating IP says. False: nowhere, for the reason in the decision.
    /// </summary>
    private bool TryFindWay(ref FlowDecision decision)
    {
        (decision.Source, decision.Destination, decision.Ports) = (decision.Key.Source, decision.Key.Destination, decision.Key.Ports);

        if (!decision.IsDirect && !TryLeaveSender(ref decision))
        {
            return false;
        }

        if (!decision.IsDirect && IsForAPool(decision))
        {
            decision.Way = new Way { Vrf = decision.Way.Vrf, Reason = DropReason.NoRoute };
        }

        if (decision.Way.Reason == DropReason.None)
        {
            TakeMember(ref decision);
        }

        if (decision.Way.Reason != DropReason.None || !LeadsSomewhere(decision.Way.Slot))
        {
            decision.Reason = decision.Way.Reason;
            return false;
        }

        if (decision.HasOwnPort)
        {
            decision.Source = OwnAddress(decision);
        }

        decision.Receiver = ReceiverOf(_nextHops[decision.Way.Slot]);
        return (decision.Receiver == 0 || TryReachReceiver(ref decision)) && (!decision.HasOwnPort || TryTakePort(ref decision));
    }

    private void DropUndecided(ref Packet packet, in FlowDecision decision)
    {
        if (decision.DecidedBy != 0)
        {
            Drop(ref packet, decision.Reason, ObjectKind.FloatingIp, (uint)decision.DecidedBy - 1);
        }
        else if (decision.Nat is not null && decision.Reason == DropReason.SourceNatExhausted)
        {
            Drop(ref packet, decision.Reason, ObjectKind.SourceNat, decision.Nat.Id.Value);
        }
        else
        {
            DropAstray(ref packet, decision.Reason, decision.Way.Vrf);
        }
    }

    /// <summary>The vif here that a next hop delivers to: a TENANT, or the HOST; 0 = none.</summary>
    private ushort ReceiverOf(in NextHopState nextHop) => nextHop.Kind switch
    {
        NextHopKind.Host => (ushort)_state.Host,
        NextHopKind.Vif when _state.Vifs[nextHop.Egress] is { Kind: not VifKind.Fabric } => nextHop.Egress,
        _ => 0,
    };

    /// <summary>
    /// Whether packets between these ends are tracked: not where policy is disabled at all ends that are here, and not the node's own with
    /// the underlay. What is translated is.
    /// </summary>
    private bool IsFlow(in FlowDecision decision)
    {
        if (decision.IsTranslated)
        {
            return true;
        }

        if (decision.Sender == 0 && decision.Receiver == 0)
        {
            return true;
        }

        bool isWithUnderlay = (decision.Receiver == 0 && decision.Sender == _state.Host && _nextHops[decision.Way.Slot].Kind == NextHopKind.Vif)
            || (decision.Sender == 0 && decision.Receiver == _state.Host && !decision.FromTunnel);

        return !isWithUnderlay && (HasPolicy(decision.Sender) || HasPolicy(decision.Receiver));
    }

    private bool HasPolicy(ushort vif) => vif != 0 && !_state.Vifs[vif]!.PolicyDisabled;

    /// <summary>
    /// The other side, for what is between the HOST and the underlay and of no flow: from there to an address of this node of which no floating
    /// IP wants it, or out as any station's packet. 0 = it is something else.
    /// </summary>
    private int FindBypass(in Packet packet, in FlowDecision decision)
    {
        if (decision.Sender == 0)
        {
            return decision.Receiver == _state.Host && (packet.Flags & PacketFlags.Decapsulated) == 0 ? _state.Host : 0;
        }

        bool isOut = decision.Sender == _state.Host && !IsOverlay(decision.Way.First) && !HasVirtualMac(packet);
        return isOut ? FirstFabric() : 0;
    }

    private bool TrySetUp(ref Packet packet, ref FlowSlot slot, ref FlowDecision decision)
    {
        FindWayBack(ref decision);
        Judge(ref decision);

        if (TTrace.IsOn)
        {
            TraceVerdict(decision);
        }

        if (!decision.IsAllowed)
        {
            SetUpDenied(packet, slot, decision);
            DropDenied(ref packet, decision.DeniedBySender ? decision.SenderRule.Value : decision.ReceiverRule.Value, decision.DeniedBySender ? decision.Sender : decision.Receiver);
            return false;
        }

        bool isTcp = packet.Protocol == IpProtocol.Tcp && packet.L4 != 0;

        if (isTcp && !SegmentOf(packet).IsPossible)
        {
            Drop(ref packet, DropReason.InvalidSegment, ObjectKind.None, 0);
            return false;
        }

        // What its answers are is all that tells how it was translated.
        if (decision.IsTranslated && !IsWayBackFree(decision))
        {
            Drop(ref packet, DropReason.FlowConflict, ObjectKind.None, 0);
            return false;
        }

        if (TTrace.IsOn)
        {
            return TryTraceTranslation(ref packet, decision);
        }

        uint entry = _flows.TryAdd(decision.Key, decision.ReverseKey, FlowClassExtensions.ClassOfNew(decision.Key.Protocol), decision.LimitedVif, _now, out DropReason reason);

        if (entry == 0)
        {
            DropUnkept(ref packet, reason, decision.LimitedVif);
            return false;
        }

        Write(entry, decision);
        _table.Entry(entry).OuterSource = slot.OuterSource;

        if (decision.IsAffine)
        {
            _affinities.Begin(decision.Key, decision.Member, decision.AffinityMilliseconds, _now);
        }

        if (!TryPointElsewhere(decision))
        {
            _flows.Remove(entry, FlowEndReason.Evicted, _now);
            Drop(ref packet, DropReason.WorkerQueueFull, ObjectKind.None, 0);
            return false;
        }

        if (isTcp)
        {
            _table.Track(entry, SegmentOf(packet), _now);
        }

        _table.Note(entry, packet.Length, _now);
        packet.Flow = entry;
        TellStarted(entry);
        return true;
    }

    private void DropUnkept(ref Packet packet, DropReason reason, ushort vif)
    {
        if (reason == DropReason.FlowLimit)
        {
            Drop(ref packet, reason, _state.Vifs[vif]!);
        }
        else
        {
            Drop(ref packet, reason, ObjectKind.None, 0);
        }
    }

    /// <summary>A denied flow is kept too, so that what follows is denied cheaply; where there is no room it is not.</summary>
    private void SetUpDenied(in Packet packet, in FlowSlot slot, in FlowDecision decision)
    {
        if (TTrace.IsOn)
        {
            return;
        }

        uint entry = _flows.TryAdd(decision.Key, decision.ReverseKey, FlowClass.Denied, decision.LimitedVif, _now, out _);

        if (entry != 0)
        {
            Write(entry, decision);
            _table.Entry(entry).OuterSource = slot.OuterSource;
            _ = TryPointElsewhere(decision);
            _table.Note(entry, packet.Length, _now);
            TellStarted(entry);
        }
    }

    private void TellStarted(uint entry)
    {
        if (_flows.Log.IsOn)
        {
            _flows.Log.Started(_table, entry, _now);
        }
    }

    /// <summary>Where answers go, and the key that they will come by.</summary>
    private void FindWayBack(ref FlowDecision decision)
    {
        (ushort vif, int vrf) = PlaceOfAnswers(decision);
        decision.ReverseKey = FlowKey.Of(vif, vrf, decision.Source, decision.Destination, decision.Key.Protocol, decision.Ports).Reverse();
        decision.Peer = FindWay(vrf, decision.Source);

        // What was translated goes back to where it came from, whatever the receiver's VRF knows of that place.
        decision.Back = decision.IsTranslated ? FindWay(decision.Key.Vrf, decision.Key.Source) : decision.Peer;
        decision.CrossesVrfs |= decision.Back.Vrf != vrf || decision.Back.Reason == DropReason.LookupLoop || decision.Way.Vrf != decision.Key.Vrf;
        decision.PassesVrfs = PassesVrfs(decision);
        TakeMemberBack(ref decision);
    }

    /// <summary>
    /// Whether other VRFs were asked than those of its key and of the routes that its ways end at: what is translated may begin its way anywhere, and
    /// be known to its receiver anywhere.
    /// </summary>
    private bool PassesVrfs(in FlowDecision decision) => decision.IsTranslated
        && (decision.Way.PassesVrfs
            || decision.Back.PassesVrfs
            || (decision.Way.First != decision.Way.Last && _routes.Key(decision.Way.First).Vrf != decision.Key.Vrf)
            || (decision.IsSourceTranslated && decision.Peer.First != decision.Peer.Last));

    /// <summary>Where answers come in: at the receiver's vif or, from elsewhere, by the sender's label or by VNI.</summary>
    private (ushort Vif, int Vrf) PlaceOfAnswers(in FlowDecision decision)
    {
        if (decision.Receiver != 0)
        {
            return (decision.Receiver, _state.Vifs[decision.Receiver]!.Vrf);
        }

        bool byLabel = decision.Sender != 0
            && !decision.HasOwnPort
            && _nextHops[decision.Way.Slot] is { Kind: NextHopKind.Tunnel, Encapsulation: not EncapsulationKind.Vxlan }
            && _state.Vifs[decision.Sender]!.Vif.Label.Value != 0;

        return byLabel ? (decision.Sender, VrfOfLabelled(_state.Vifs[decision.Sender]!, decision.Source)) : ((ushort)0, decision.Way.Vrf);
    }
}

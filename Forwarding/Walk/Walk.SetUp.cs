using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>The first packet of a flow sets both directions up: where they go, and whether they may (semantics, sections 4 and 5).</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>A packet that no flow is known for. False: it has ended here.</summary>
    private bool TryMiss(ref Packet packet, ref FlowSlot slot)
    {
        FlowDecision decision = default;
        Describe(packet, slot, ref decision);

        if (decision.FromTunnel && !HasValidSource(ref packet))
        {
            return false;
        }

        if (!TryFindWay(ref packet, ref decision))
        {
            return false;
        }

        if (TryFindByReceiver(packet, ref slot, decision, out uint entry))
        {
            return TryHit(ref packet, ref slot, entry);
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
    private void Describe(in Packet packet, in FlowSlot slot, ref FlowDecision decision)
    {
        decision.Key = slot.Key;
        decision.FromTunnel = (packet.Flags & PacketFlags.Decapsulated) != 0;
        decision.IsDirect = packet.NextHop != 0;
        decision.Sender = _state.Vifs[packet.Ingress]!.Kind == VifKind.Fabric ? (ushort)0 : packet.Ingress;
        decision.Icmp = packet.L4 != 0 && packet.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 ? At<UInt16BE>(packet, packet.L4) : (ushort)0;
    }

    /// <summary>Finds where the packet goes, and takes it. False: nowhere, and it was dropped.</summary>
    private bool TryFindWay(ref Packet packet, ref FlowDecision decision)
    {
        ref Way way = ref decision.Way;

        if (decision.IsDirect)
        {
            // Its label has named the next hop.
            way.Vrf = packet.Vrf;
            way.Slot = packet.NextHop;
            way.NextHop = (int)packet.ObjectId;
            way.Label = packet.Label;
        }
        else
        {
            way = FindWay(packet.Vrf, DestinationOf(packet));
            Take(ref packet, way);
        }

        if (way.Reason != DropReason.None || !LeadsSomewhere(way.Slot))
        {
            DropAstray(ref packet, way.Reason);
            return false;
        }

        decision.Receiver = ReceiverOf(_nextHops[way.Slot]);
        return true;
    }

    /// <summary>The vif here that a next hop delivers to: a TENANT, or the HOST; 0 = none.</summary>
    private ushort ReceiverOf(in NextHopState nextHop) => nextHop.Kind switch
    {
        NextHopKind.Host => (ushort)_state.Host,
        NextHopKind.Vif when _state.Vifs[nextHop.Egress] is { Kind: not VifKind.Fabric } => nextHop.Egress,
        _ => 0,
    };

    /// <summary>
    /// Whether the packet answers a flow of the vif it goes to, though by another key than was assumed: the other side has chosen
    /// another encapsulation, or another VRF. From now on that is the key.
    /// </summary>
    private bool TryFindByReceiver(in Packet packet, ref FlowSlot slot, in FlowDecision decision, out uint entry)
    {
        entry = 0;

        if (decision.Sender != 0 || decision.Receiver == 0)
        {
            return false;
        }

        entry = _table.Find(slot.Key.Reverse(decision.Receiver, _state.Vifs[decision.Receiver]!.Vrf));

        if (entry == 0)
        {
            return false;
        }

        entry = FlowTable.Peer(entry);

        if (slot.Stage != FlowStage.Related && !TTrace.IsOn)
        {
            _ = _table.TryRekey(entry, in slot.Key);
        }

        return true;
    }

    /// <summary>
    /// Whether packets between these ends are tracked: not where policy is disabled at all ends that are here, and not the node's own with
    /// the underlay.
    /// </summary>
    private bool IsFlow(in FlowDecision decision)
    {
        if (decision.Sender == 0 && decision.Receiver == 0)
        {
            return true;
        }

        if (decision.Receiver == 0 && decision.Sender == _state.Host && _nextHops[decision.Way.Slot].Kind == NextHopKind.Vif)
        {
            return false;
        }

        return HasPolicy(decision.Sender) || HasPolicy(decision.Receiver);
    }

    private bool HasPolicy(ushort vif) => vif != 0 && !_state.Vifs[vif]!.PolicyDisabled;

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
            SetUpDenied(packet, decision);
            DropDenied(ref packet, decision.DeniedBySender ? decision.SenderRule.Value : decision.ReceiverRule.Value, decision.DeniedBySender ? decision.Sender : decision.Receiver);
            return false;
        }

        bool isTcp = packet.Protocol == IpProtocol.Tcp && packet.L4 != 0;

        if (isTcp && !SegmentOf(packet).IsPossible)
        {
            Drop(ref packet, DropReason.InvalidSegment, ObjectKind.None, 0);
            return false;
        }

        if (TTrace.IsOn)
        {
            return true;
        }

        uint entry = _flows.TryAdd(decision.Key, decision.ReverseKey, FlowClassExtensions.ClassOfNew(decision.Key.Protocol), decision.LimitedVif, _now, out DropReason reason);

        if (entry == 0)
        {
            Drop(ref packet, reason, ObjectKind.Vif, reason == DropReason.FlowLimit ? _state.Vifs[decision.LimitedVif]!.Vif.Id.Value : 0);
            return false;
        }

        Write(entry, decision);
        _table.Entry(entry).OuterSource = slot.OuterSource;

        if (isTcp)
        {
            _table.Track(entry, SegmentOf(packet), _now);
        }

        _table.Note(entry, packet.Length, _now);
        packet.Flow = entry;
        TellStarted(entry);
        return true;
    }

    /// <summary>A denied flow is kept too, so that what follows is denied cheaply; where there is no room it is not.</summary>
    private void SetUpDenied(in Packet packet, in FlowDecision decision)
    {
        if (TTrace.IsOn)
        {
            return;
        }

        uint entry = _flows.TryAdd(decision.Key, decision.ReverseKey, FlowClass.Denied, decision.LimitedVif, _now, out _);

        if (entry != 0)
        {
            Write(entry, decision);
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
        decision.ReverseKey = decision.Key.Reverse(vif, vrf);
        decision.Back = FindWay(vrf, decision.Key.Source);
    }

    /// <summary>Where answers come in: at the receiver's vif or, from elsewhere, by the sender's label or by VNI.</summary>
    private (ushort Vif, int Vrf) PlaceOfAnswers(in FlowDecision decision)
    {
        if (decision.Receiver != 0)
        {
            return (decision.Receiver, _state.Vifs[decision.Receiver]!.Vrf);
        }

        bool byLabel = decision.Sender != 0
            && _nextHops[decision.Way.Slot] is { Kind: NextHopKind.Tunnel, Encapsulation: not EncapsulationKind.Vxlan }
            && _state.Vifs[decision.Sender]!.Vif.Label.Value != 0;

        return byLabel ? (decision.Sender, _state.Vifs[decision.Sender]!.Vrf) : ((ushort)0, decision.Way.Vrf);
    }

    /// <summary>Writes a decision into a flow pair.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Write(uint entry, in FlowDecision decision)
    {
        ref FlowEntry forward = ref _table.Entry(entry);
        ref FlowEntry reverse = ref _table.Entry(FlowTable.Peer(entry));
        ref FlowOrigin origin = ref _table.Origin(entry);

        forward.Generation = reverse.Generation = _generation;
        forward.NextHop = (uint)decision.Way.Slot;
        forward.Label = decision.Way.Label;
        reverse.NextHop = (uint)decision.Back.Slot;
        reverse.Label = decision.Back.Label;
        forward.Traits = reverse.Traits = decision.IsAllowed ? FlowTraits.None : FlowTraits.Denied;

        origin.SenderRule = decision.SenderRule.Value;
        origin.ReceiverRule = decision.ReceiverRule.Value;
        origin.Dependencies[FlowDependency.Vifs] = decision.Sender | (uint)decision.Receiver << 16;
        origin.Dependencies[FlowDependency.Route] = decision.Way.First.Value;
        origin.Dependencies[FlowDependency.RouteBehind] = decision.Way.Last.Value;
        origin.Dependencies[FlowDependency.ReverseRoute] = decision.Back.First.Value;
        origin.Dependencies[FlowDependency.ReverseRouteBehind] = decision.Back.Last.Value;
        origin.Dependencies[FlowDependency.NextHop] = (uint)decision.Way.NextHop;
        origin.Dependencies[FlowDependency.ReverseNextHop] = (uint)decision.Back.NextHop;
        origin.Dependencies[FlowDependency.First] = decision.First.Value;
    }
}

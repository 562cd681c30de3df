using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Flow lookup: a packet's key is asked for when it is admitted, matched when the whole batch has been, and confirmed when it leaves, so that
/// no step waits for memory. A hit touches the entry and its counters and decides nothing.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    private readonly WorkerFlows _flows;
    private readonly FlowTable _table;
    private readonly FlowSlot[] _slots;
    private readonly bool _isShared;
    private uint _generation;

    // Packets that have been through this once: their fragments' ports are known, they are tracked and counted.
    private bool _portsAreKnown;
    private bool _isCounted;

    /// <summary>Finds what the keys of a batch lead to.</summary>
    private void MatchFlows(Span<Packet> batch)
    {
        Span<FlowSlot> slots = _slots.AsSpan(0, batch.Length);

        for (int i = 0; i < slots.Length; i++)
        {
            ref FlowSlot slot = ref slots[i];

            if (slot.Stage is FlowStage.Common or FlowStage.Keyed or FlowStage.Related)
            {
                slot.Match = _table.Match(slot.Hash);
            }
        }

        if (_hasTranslated)
        {
            AskForTranslations(slots.Length);
        }
    }

    /// <summary>Whether another worker has the datagram of a key; says which.</summary>
    private bool IsForeign(ref FlowSlot slot, in FlowKey key)
    {
        int owner = _flows.Owners.Of(key);

        if (owner == _flows.Number)
        {
            return false;
        }

        slot.Owner = (ushort)owner;
        slot.Stage = FlowStage.Foreign;
        return true;
    }

    /// <summary>Says by which key a packet that came on the common way is found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void KeyCommon(ref FlowSlot slot, ushort vif, int vrf, uint source, uint destination, byte protocol, uint ports, uint outerSource)
    {
        slot.Hash = _table.HashIpv4(out slot.Key, vif, vrf, source, destination, protocol, ports);
        slot.OuterSource = outerSource;
        slot.Stage = FlowStage.Common;
        _table.Ask(slot.Hash);
    }

    /// <summary>Takes what is known of the packet's flow. False: it has none, or something about it has to be looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeFlow(ref Packet packet, ref FlowSlot slot)
    {
        uint entry = slot.Match;
        ref FlowEntry flow = ref _table.Entry(entry);

        if (entry == 0
            || !FlowKey.Equals(in flow.Key, in slot.Key)
            || flow.Generation != _generation
            || flow.OuterSource != slot.OuterSource
            || (flow.Traits & ~Translated) != 0
            || flow.NextHop == 0
            || _isCounted
            || TTrace.IsOn
            || (packet.Protocol == IpProtocol.Tcp && !IsOfItsConnection(packet, entry)))
        {
            return false;
        }

        _table.Note(entry, packet.Length, _now);
        packet.NextHop = (int)flow.NextHop;
        packet.Label = flow.Label;
        packet.Flow = entry;
        return true;
    }

    // Asked again, the tracker says the same of what it has not taken into account.
    private bool IsOfItsConnection(in Packet packet, uint entry) => _table.Track(entry, SegmentOf(packet), _now) is TcpVerdict.Accepted or TcpVerdict.Ignored;

    /// <summary>The packet's flow, found or set up. False: the packet has ended here.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFollowFlow(ref Packet packet, ref FlowSlot slot)
    {
        if (slot.Stage == FlowStage.Foreign)
        {
            HandOver(ref packet, ref slot, slot.Owner);
            return false;
        }

        uint entry = _table.Confirm(slot.Match, in slot.Key, slot.Hash);
        return entry != 0 ? TryHit(ref packet, ref slot, entry) : TryMiss(ref packet, ref slot);
    }

    /// <summary>A packet whose flow is known. False: it has ended here.</summary>
    private bool TryHit(ref Packet packet, ref FlowSlot slot, uint entry)
    {
        if ((_table.Entry(entry).Traits & FlowTraits.Elsewhere) != 0)
        {
            HandOver(ref packet, ref slot, (int)_table.Entry(entry).NextHop);
            return false;
        }

        if (_table.Entry(entry).Generation != _generation && !IsStillRight(entry) && !TryRedecide(ref entry))
        {
            return TryMiss(ref packet, ref slot);
        }

        ref FlowEntry flow = ref _table.Entry(entry);

        if (TTrace.IsOn)
        {
            TraceFlow(entry);
        }

        if ((flow.OuterSource != slot.OuterSource || (flow.Traits & FlowTraits.Unproven) != 0) && !MayComeFrom(ref packet, ref slot, entry))
        {
            return false;
        }

        if ((flow.Traits & FlowTraits.Denied) != 0)
        {
            if (MayBeginTheOtherWay(slot, entry))
            {
                End(entry, FlowEndReason.Evicted);
                return TryMiss(ref packet, ref slot);
            }

            return DropDenied(ref packet, entry);
        }

        if (packet.Protocol == IpProtocol.Tcp && slot.Stage != FlowStage.Related && !_isCounted)
        {
            switch (Track(packet, entry))
            {
                case TcpVerdict.Reopened:
                    End(entry, FlowEndReason.Closed);
                    return TryMiss(ref packet, ref slot);

                case TcpVerdict.Invalid:
                    Drop(ref packet, DropReason.InvalidSegment, ObjectKind.None, 0);
                    return false;
            }
        }

        Count(packet, slot.Stage, entry);
        Follow(ref packet, entry);
        return true;
    }

    /// <summary>
    /// Whether a packet goes against a denied flow, and so is no packet of it but the first of what the other side begins, which is another
    /// question: else who is denied could close others' ports.
    /// </summary>
    private bool MayBeginTheOtherWay(in FlowSlot slot, uint entry) =>
        (entry & 1) != 0 && slot.Stage != FlowStage.Related && !new FlowFirst(_table.Origin(entry).Dependencies[FlowDependency.First]).IsRevoked;

    /// <summary>Another flow takes this one's place.</summary>
    private void End(uint entry, FlowEndReason reason)
    {
        if (TTrace.IsOn)
        {
            _outdated = FlowTable.Forward(entry);
        }
        else
        {
            _flows.Remove(entry, reason, _now);
        }
    }

    /// <summary>The packet goes as its flow does.</summary>
    private void Follow(ref Packet packet, uint entry)
    {
        ref FlowEntry flow = ref _table.Entry(entry);
        packet.Flow = entry;
        packet.NextHop = (int)flow.NextHop;
        packet.Label = flow.Label;
        packet.Route = default;
    }

    private void Count(in Packet packet, FlowStage stage, uint entry)
    {
        if (_isCounted || TTrace.IsOn)
        {
            return;
        }

        if (stage == FlowStage.Related)
        {
            _table.NoteRelated(entry, packet.Length);
        }
        else
        {
            _table.Note(entry, packet.Length, _now);
        }
    }

    /// <summary>
    /// Reverse path again: the packet came out of another tunnel than those before it, or they come from elsewhere now. What is about a flow may come from anywhere that its
    /// own source is routed to.
    /// </summary>
    private bool MayComeFrom(ref Packet packet, ref FlowSlot slot, uint entry)
    {
        ref FlowEntry flow = ref _table.Entry(entry);

        if (slot.OuterSource != 0 && !HasValidSource(ref packet))
        {
            return false;
        }

        if (slot.Stage != FlowStage.Related && !TTrace.IsOn)
        {
            flow.OuterSource = slot.OuterSource;
            flow.Traits &= ~FlowTraits.Unproven;

            if (FlowTable.Forward(entry) == entry)
            {
                TurnBack(entry);
            }
        }

        return true;
    }

    /// <summary>Another packet of a denied flow: as cheap as it can be.</summary>
    private bool DropDenied(ref Packet packet, uint entry)
    {
        if (!_isCounted && !TTrace.IsOn)
        {
            _table.Note(entry, packet.Length, _now);
        }

        ref FlowOrigin origin = ref _table.Origin(entry);
        bool bySender = new FlowFirst(origin.Dependencies[FlowDependency.First]).DeniedBySender;
        uint vifs = origin.Dependencies[FlowDependency.Vifs];
        DropDenied(ref packet, bySender ? origin.SenderRule : origin.ReceiverRule, (ushort)(bySender ? vifs : vifs >> 16));
        return false;
    }

    // The rule says it, or, where none matched, the vif whose groups have none.
    private void DropDenied(ref Packet packet, uint rule, ushort vif)
    {
        if (rule != 0)
        {
            Drop(ref packet, DropReason.SecurityGroupDenied, ObjectKind.SecurityGroup, rule);
        }
        else
        {
            Drop(ref packet, DropReason.SecurityGroupDenied, ObjectKind.Vif, _state.Vifs[vif]?.Vif.Id.Value ?? 0);
        }
    }

    private TcpVerdict Track(in Packet packet, uint entry)
    {
        // What is behind the first fragment says nothing of TCP.
        if (packet.L4 == 0)
        {
            return TcpVerdict.Accepted;
        }

        if (!TTrace.IsOn)
        {
            return _table.Track(entry, SegmentOf(packet), _now);
        }

        TcpVerdict verdict = _table.Judge(entry, SegmentOf(packet));

        if (verdict != TcpVerdict.Accepted)
        {
            _trace.Step("flow", verdict == TcpVerdict.Invalid ? "no end can have sent this segment" : $"the segment is {verdict.ToString().ToLowerInvariant()}");
        }

        return verdict;
    }

    private TcpSegment SegmentOf(in Packet packet)
    {
        int headerLength = At<TcpHeader>(packet, packet.L4).HeaderLength;
        return TcpSegment.Read(_region.Bytes(packet.Frame, packet.L4, headerLength), packet.L3 + packet.L3Length - packet.L4 - headerLength);
    }
}

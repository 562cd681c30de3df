using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Where addresses are translated, answers may belong to another worker by their key: that one is told whose they are before the first packet
/// leaves, and looks before it looks anything up, so no answer can come first.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>Tells the worker that answers will reach where their flow is. False: it cannot be told now.</summary>
    private bool TryPointElsewhere(in FlowDecision decision)
    {
        if (!_isShared || !decision.IsTranslated || decision.ReverseKey == decision.Key)
        {
            return true;
        }

        return _flows.TryPoint(decision.ReverseKey)
            && (!MayAnswerElsewhere(decision) || _flows.TryPoint(WorkerFlows.OtherPlace(decision.ReverseKey, decision.Sender)));
    }

    /// <summary>Whether answers out of a tunnel may come by a label instead of a VNI, or the other way round.</summary>
    private bool MayAnswerElsewhere(in FlowDecision decision) =>
        decision.Sender != 0 && decision.Receiver == 0 && !decision.HasOwnPort && _state.Vifs[decision.Sender]!.Vif.Label.Value != 0;

    /// <summary>Answers come by another key from now on.</summary>
    private void PointAnew(in FlowKey before, in FlowDecision decision)
    {
        if (_isShared && decision.IsTranslated)
        {
            _flows.Unpoint(before, decision.Sender, decision.Receiver);
            _ = TryPointElsewhere(decision);
        }
    }

    /// <summary>Learns where other workers' flows are; before anything is looked up.</summary>
    public void TakePointers()
    {
        if (!_isShared || TTrace.IsOn)
        {
            return;
        }

        foreach (PointerRing? inbound in _flows.InboundPointers)
        {
            while (inbound is { HasAny: true } && inbound.TryTake(out FlowPointer pointer))
            {
                Take(pointer);
            }
        }
    }

    private void Take(in FlowPointer pointer)
    {
        uint entry = _table.Find(pointer.Key);
        bool isPointer = entry != 0 && (_table.Entry(entry).Traits & FlowTraits.Elsewhere) != 0;

        if (pointer.IsGone)
        {
            if (isPointer && _table.Entry(entry).NextHop == (uint)pointer.Worker)
            {
                _table.Remove(entry);
            }

            return;
        }

        // A denied flow gives way.
        if (entry != 0 && (_table.Entry(entry).Traits & FlowTraits.Denied) != 0)
        {
            _flows.Remove(entry, FlowEndReason.Evicted, _now);
            entry = 0;
        }

        entry = entry == 0 ? _table.Insert(pointer.Key, pointer.Key, FlowClass.Pinned, _now) : isPointer ? entry : 0;

        // Of two the later one is right: the other's flow is on its way out.
        if (entry != 0)
        {
            _table.Entry(entry).Traits = FlowTraits.Elsewhere;
            _table.Entry(entry).NextHop = (uint)pointer.Worker;
        }
    }

    /// <summary>A packet was handed over here for a flow that is no more: its own worker hears so first, and does not send it again.</summary>
    private void HandBack(ref Packet packet, ref FlowSlot slot, int owner)
    {
        if (!TTrace.IsOn)
        {
            _ = _flows.TryPoint(slot.Key, isGone: true);
        }

        HandOver(ref packet, ref slot, owner);
    }
}

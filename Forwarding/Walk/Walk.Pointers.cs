using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Where addresses are translated, answers may belong to another worker by their key: that one is told whose they are before the first packet
/// leaves, and looks before it looks anything up, so no answer can come first.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>Tells the worker that answers will reach where their flow is. False: it cannot be told now.</summary>
    private bool TryPointElsewhere(uint entry, in FlowDecision decision)
    {
        if (!_isShared || !decision.IsTranslated || _table.Entry(FlowTable.Peer(entry)).Key == decision.Key)
        {
            return true;
        }

        int owner = _flows.Owners.Of(decision.ReverseKey);
        return owner == _flows.Number || _flows.Pointers[owner]!.Put(new FlowPointer { Key = decision.ReverseKey, Worker = _flows.Number });
    }

    /// <summary>Learns where other workers' flows are; before anything is looked up.</summary>
    private void TakePointers()
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

        if (pointer.IsGone && entry != 0 && (_table.Entry(entry).Traits & FlowTraits.Elsewhere) != 0 && _table.Entry(entry).NextHop == (uint)pointer.Worker)
        {
            _table.Remove(entry);
        }
        else if (!pointer.IsGone && entry == 0 && (entry = _table.Insert(pointer.Key, pointer.Key, FlowClass.Pinned, _now)) != 0)
        {
            _table.Entry(entry).Traits = FlowTraits.Elsewhere;
            _table.Entry(entry).NextHop = (uint)pointer.Worker;
        }
    }
}

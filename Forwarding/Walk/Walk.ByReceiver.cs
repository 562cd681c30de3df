using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Flows that a packet's key does not tell: by whom it goes to, as what.</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>
    /// Whether the packet answers a flow of the vif it goes to, though by another key than was assumed: the other side has chosen
    /// another encapsulation, or another VRF. From now on that is the key.
    /// </summary>
    private bool TryFindByReceiver(ref FlowSlot slot, in FlowDecision decision, out uint entry)
    {
        entry = 0;

        if (decision.Sender != 0 || decision.Receiver == 0)
        {
            return false;
        }

        ushort receiver = decision.Receiver;
        FlowKey arrival = FlowKey.Of(receiver, _state.Vifs[receiver]!.Vrf, decision.Source, decision.Destination, decision.Key.Protocol, decision.Ports);
        uint own = _table.Find(arrival.Reverse());

        // Whose other end is here too is not answered from the fabric: there somebody else has that end's address.
        if (own == 0 || FlowTable.Forward(own) == _outdated || OtherEnd(own) != 0)
        {
            return false;
        }

        uint answers = FlowTable.Peer(own);
        ref FlowEntry flow = ref _table.Entry(answers);

        // The same answer may be one to another packet, or another worker's: then this packet's flow is yet to come.
        if (flow.Key != slot.Key.At(flow.Key.Vif, flow.Key.Vrf))
        {
            return false;
        }

        // Nor does who is refused go on with what began by another door: nothing but answers come all the same.
        if (decision.Reason != DropReason.None && FlowTable.Forward(answers) == answers)
        {
            return false;
        }

        entry = answers;
        FlowKey before = flow.Key;

        if (slot.Stage != FlowStage.Related && !TTrace.IsOn && _table.TryRekey(entry, in slot.Key) && FlowTable.Forward(entry) == entry)
        {
            MoveAffinity(entry, before, decision);
            Depend(ref _table.Origin(entry).Dependencies, decision);
        }

        return true;
    }

    // A client is known by where it comes in.
    private void MoveAffinity(uint entry, in FlowKey before, in FlowDecision decision)
    {
        ref FlowDependencies dependencies = ref _table.Origin(entry).Dependencies;

        if (new FlowFirst(dependencies[FlowDependency.First]).IsAffine)
        {
            _affinities.End(before, _now);
            _affinities.Begin(decision.Key, dependencies[FlowDependency.Member], decision.AffinityMilliseconds, _now);
        }
    }

    /// <summary>The vif that a direction's packets go to; 0 = it is not here.</summary>
    private ushort OtherEnd(uint entry)
    {
        uint vifs = _table.Origin(entry).Dependencies[FlowDependency.Vifs];
        return (ushort)(FlowTable.Forward(entry) == entry ? vifs >> 16 : vifs);
    }

    /// <summary>A flow depends on the way that its first packet went, or, if they take another one, those after it.</summary>
    private static void Depend(ref FlowDependencies dependencies, in FlowDecision decision)
    {
        dependencies[FlowDependency.Route] = decision.Way.Last.Value;
        dependencies[FlowDependency.NextHop] = (uint)decision.Way.NextHop;
        dependencies[FlowDependency.Forwarder] = (uint)(decision.IsDirect ? decision.Named : decision.Forwarder);
        dependencies[FlowDependency.First] = new FlowFirst(dependencies[FlowDependency.First]).ByWayOf(decision).Value;
    }
}

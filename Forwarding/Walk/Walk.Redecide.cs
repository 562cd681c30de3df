using System.Runtime.CompilerServices;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Where something has changed that a flow's verdict depended on, it is decided anew.</summary>
internal sealed partial class Walk<TTrace>
{
    // The flow that is no more as far as a walk that only tells goes; 0 = none.
    private uint _outdated;

    /// <summary>Decides a flow anew. Same verdict: it is kept, with its counters. False: the flow is no more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryRedecide(ref uint entry)
    {
        uint forward = FlowTable.Forward(entry);
        FlowDecision decision = default;

        if (TTrace.IsOn)
        {
            _trace.Step("flow", "what it depended on has changed: it would be decided anew");
            _outdated = forward;
            return false;
        }

        _flows.Redecided++;

        if (!TryRemember(forward, ref decision) || !IsFlow(decision))
        {
            _flows.Remove(forward, FlowEndReason.Revalidated, _now);
            return false;
        }

        FindWayBack(ref decision);
        Judge(ref decision);
        bool wasAllowed = (_table.Entry(forward).Traits & FlowTraits.Denied) == 0;

        if (wasAllowed == decision.IsAllowed && TryKeep(forward, decision))
        {
            return true;
        }

        _flows.Remove(forward, FlowEndReason.Revalidated, _now);
        decision.IsRevoked = wasAllowed;
        return !decision.IsAllowed && wasAllowed && TryDeny(ref entry, decision);
    }

    /// <summary>The flow's first packet again, as far as it was kept, and where it would go now.</summary>
    private bool TryRemember(uint entry, ref FlowDecision decision)
    {
        ref FlowEntry flow = ref _table.Entry(entry);
        ref FlowDependencies dependencies = ref _table.Origin(entry).Dependencies;
        var first = new FlowFirst(dependencies[FlowDependency.First]);
        decision.Key = flow.Key;
        decision.FromTunnel = first.FromTunnel;
        decision.IsDirect = first.IsDirect;
        decision.IsRevoked = first.IsRevoked;
        decision.Icmp = first.Icmp;
        decision.Sender = (ushort)dependencies[FlowDependency.Vifs];
        decision.OuterSource = flow.OuterSource;
        decision.Member = dependencies[FlowDependency.Member];
        decision.Before = _table.Entry(FlowTable.Peer(entry)).Key;
        decision.ReceiverBefore = (ushort)(dependencies[FlowDependency.Vifs] >> 16);

        if ((decision.Sender != 0 && _state.Vifs[decision.Sender]?.Vrf != flow.Key.Vrf) || _state.Vrfs[flow.Key.Vrf] is null)
        {
            return false;
        }

        if (first.IsDirect)
        {
            TakeNamed(ref decision, (int)dependencies[FlowDependency.Forwarder]);
        }

        return TryFindWay(ref decision);
    }

    /// <summary>
    /// A direction's packets come out of the tunnel that those of the other one go into (RPF), in one VRF. Where that is another one now, or may be, the
    /// next packet's tunnel is asked about again: an end may have moved, and its connections with it.
    /// </summary>
    private void Doubt(uint entry, int wayBack)
    {
        ref FlowEntry flow = ref _table.Entry(entry);
        bool isOneVrf = flow.Key.Vrf == _table.Entry(FlowTable.Peer(entry)).Key.Vrf && !HasOneDirection(entry);

        if (flow.OuterSource != 0 && !(isOneVrf && IsFrom(flow.OuterSource, wayBack)) && !TTrace.IsOn)
        {
            flow.Traits |= FlowTraits.Unproven;
        }
    }

    /// <summary>The same verdict: what the flow goes by and depends on is written anew.</summary>
    private bool TryKeep(uint entry, in FlowDecision decision)
    {
        FlowKey answers = _table.Entry(FlowTable.Peer(entry)).Key;
        bool hasOneDirection = HasOneDirection(entry);

        // Another address or port: another flow.
        if (!hasOneDirection && answers != decision.ReverseKey.At(answers.Vif, answers.Vrf))
        {
            return false;
        }

        // Both ways by one key: translated, it is that by its addresses and ports.
        if (hasOneDirection && decision.ReverseKey != decision.Key && (decision.IsTranslated || (_table.Entry(entry).Traits & Translated) != 0))
        {
            return false;
        }

        if (!hasOneDirection && answers != decision.ReverseKey && !MayAnswerBy(answers, decision))
        {
            if (!_table.TryRekey(FlowTable.Peer(entry), decision.ReverseKey))
            {
                return false;
            }

            PointAnew(answers, decision);
        }

        KeepAffinity(entry, decision);
        Write(entry, decision);
        Doubt(entry, decision.Back.Slot);
        Doubt(FlowTable.Peer(entry), decision.Way.Slot);
        return true;
    }

    private void KeepAffinity(uint entry, in FlowDecision decision)
    {
        if (new FlowFirst(_table.Origin(entry).Dependencies[FlowDependency.First]).IsAffine)
        {
            _affinities.End(decision.Key, _now);
        }

        if (decision.IsAffine && decision.IsAllowed)
        {
            _affinities.Begin(decision.Key, decision.Member, decision.AffinityMilliseconds, _now);
        }
    }

    /// <summary>Whether what comes back is another flow's.</summary>
    private bool HasOneDirection(uint entry) => _table.Entry(entry).Key == _table.Entry(FlowTable.Peer(entry)).Key;

    /// <summary>
    /// Whether answers may go on coming by the key that they came by: from the fabric the other side chooses it. But an address that something is
    /// translated to need not lead anywhere by itself: in another VRF nothing but the key tells whose they are.
    /// </summary>
    private static bool MayAnswerBy(in FlowKey answers, in FlowDecision decision) =>
        decision.Receiver == 0
        && (answers.Vif == 0 || answers.Vif == decision.Sender)
        && (!decision.IsTranslated || answers.Vrf == decision.ReverseKey.Vrf || answers.Vrf == decision.Way.Vrf);

    /// <summary>What was allowed is denied now: a denied flow takes its place, whichever side its next packet comes from.</summary>
    private bool TryDeny(ref uint entry, in FlowDecision decision)
    {
        uint denied = _flows.TryAdd(decision.Key, decision.ReverseKey, FlowClass.Denied, decision.LimitedVif, _now, out _);

        if (denied == 0)
        {
            return false;
        }

        Write(denied, decision);
        _ = TryPointElsewhere(decision);
        TellStarted(denied);
        entry = denied | (entry & 1);
        return true;
    }
}

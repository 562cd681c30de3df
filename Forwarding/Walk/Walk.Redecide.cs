using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Change reaches flows by what changed: when a flow is met under a newer state than it was last found right under, only what its verdict
/// depended on is looked at, and only where that has changed it is decided anew.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    private readonly RouteGenerations _routeGenerations;
    private VrfState? _lastVrfState;
    private int _lastVrf = -1;

    // The flow that is no more as far as a walk that only tells goes; 0 = none.
    private uint _outdated;

    /// <summary>Whether nothing has changed that the flow depends on; then that holds for the present state.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsStillRight(uint entry)
    {
        ref FlowEntry flow = ref _table.Entry(entry);
        ref FlowDependencies dependencies = ref _table.Origin(entry).Dependencies;
        uint stamp = flow.Generation;

        if (IsNewer(_state.VifsGeneration, stamp) && HaveVifsChanged(dependencies[FlowDependency.Vifs], stamp))
        {
            return false;
        }

        if (IsNewer(_state.PoliciesGeneration, stamp) && HavePoliciesChanged(dependencies[FlowDependency.Vifs], stamp))
        {
            return false;
        }

        if (HaveRoutesChanged(entry, in dependencies, stamp) || HaveServicesChanged(entry, in dependencies, stamp))
        {
            return false;
        }

        if (IsNewer(_state.NextHopsGeneration, stamp) || IsNewer(_state.GroupsGeneration, stamp))
        {
            if (!TryTakeNextHop(entry, ref flow, ref dependencies))
            {
                return false;
            }

            Doubt(entry, _state.NextHops[(int)dependencies[FlowTable.Forward(entry) == entry ? FlowDependency.ReverseNextHop : FlowDependency.NextHop]]);
        }

        if (!TTrace.IsOn)
        {
            flow.Generation = _generation;
        }

        return true;
    }

    // Half of all numbers are newer than a number: enough for any flow's life at millions of changes an hour.
    private static bool IsNewer(uint generation, uint stamp) => (int)(generation - stamp) > 0;

    private bool HaveVifsChanged(uint vifs, uint stamp) => HasVifChanged((ushort)vifs, stamp) || HasVifChanged((ushort)(vifs >> 16), stamp);

    private bool HasVifChanged(ushort vif, uint stamp) => vif != 0 && (_state.Vifs[vif] is not { } state || IsNewer(state.Generation, stamp));

    private bool HavePoliciesChanged(uint vifs, uint stamp)
    {
        ushort sender = (ushort)vifs, receiver = (ushort)(vifs >> 16);
        return (HasPolicy(sender) && IsNewer((uint)PolicyOf(sender).Egress.Generation, stamp))
            || (HasPolicy(receiver) && IsNewer((uint)PolicyOf(receiver).Ingress.Generation, stamp));
    }

    private bool HaveRoutesChanged(uint entry, in FlowDependencies dependencies, uint stamp)
    {
        ref FlowEntry forward = ref _table.Entry(FlowTable.Forward(entry));
        ref FlowEntry reverse = ref _table.Entry(FlowTable.Forward(entry) + 1);
        var first = new FlowFirst(dependencies[FlowDependency.First]);
        var route = new RouteId(dependencies[FlowDependency.Route]);
        var back = new RouteId(dependencies[FlowDependency.ReverseRoute]);

        // The other direction's key does not say where the first packet's address was looked up.
        if ((forward.Traits & Translated) != 0 || HasOneDirection(entry))
        {
            IpAddress destination = HasOneDirection(entry) ? forward.Key.Destination : reverse.Key.Source;
            return MayRouteHaveChanged(forward.Key.Vrf, forward.Key.Destination, stamp)
                || MayRouteHaveChanged(forward.Key.Vrf, forward.Key.Source, stamp)
                || MayRouteHaveChanged(route, destination, stamp)
                || MayRouteHaveChanged(back, forward.Key.Source, stamp);
        }

        return (!first.IsDirect && HasRouteChanged(forward.Key.Vrf, forward.Key.Destination, route, first.CrossesVrfs, stamp))
            || HasRouteChanged(reverse.Key.Vrf, reverse.Key.Destination, back, first.CrossesVrfs, stamp)
            || (forward.Key.Vrf != reverse.Key.Vrf && (MayRouteHaveChanged(forward.Key.Vrf, forward.Key.Source, stamp) || MayRouteHaveChanged(reverse.Key.Vrf, reverse.Key.Source, stamp)));
    }

    /// <summary>Whether an address may lead elsewhere: its bucket says so cheaply, the route itself for sure.</summary>
    private bool HasRouteChanged(int vrf, IpAddress address, RouteId last, bool crossesVrfs, uint stamp)
    {
        bool mayHave = MayRouteHaveChanged(vrf, address, stamp);

        if (!mayHave && !crossesVrfs)
        {
            return false;
        }

        // Behind a VRF next hop the groups of the first route count too.
        if ((mayHave && crossesVrfs) || _state.Vrfs[vrf] is null)
        {
            return true;
        }

        Way way = FindWay(vrf, address);
        return way.Last != last || HasRouteChanged(way.Last, stamp);
    }

    /// <summary>A VRF by its index; most packets of a batch are of one.</summary>
    private VrfState? VrfAt(int index)
    {
        if (index != _lastVrf)
        {
            _lastVrf = index;
            _lastVrfState = _state.Vrfs[index];
        }

        return _lastVrfState;
    }

    // A route's number may have been another route's.
    private bool HasRouteChanged(RouteId route, uint stamp) => !route.IsNone && IsNewer(_routes.Entry(route).Generation, stamp);

    private bool MayRouteHaveChanged(int vrf, IpAddress address, uint stamp) =>
        VrfAt(vrf) is not { } state
        || (IsNewer(state.Generation, stamp)
            && (IsNewer(state.WideGeneration, stamp) || IsNewer(_routeGenerations[RouteGenerations.BucketOf(vrf, address)], stamp)));

    private bool MayRouteHaveChanged(RouteId route, IpAddress address, uint stamp) =>
        !route.IsNone && (HasRouteChanged(route, stamp) || MayRouteHaveChanged(_routes.Key(route).Vrf, address, stamp));

    /// <summary>Floating IPs of a vif change the vif; what is left are those that only send on, and source NATs.</summary>
    private bool HaveServicesChanged(uint entry, in FlowDependencies dependencies, uint stamp)
    {
        int forwarder = (int)dependencies[FlowDependency.Forwarder];
        ref FlowEntry forward = ref _table.Entry(FlowTable.Forward(entry));

        return (forwarder != 0
                && IsNewer(_state.FloatingIpsGeneration, stamp)
                && (_state.FloatingIpsByIndex[forwarder - 1] is not { } floating || IsNewer(floating.Generation, stamp)))
            || VrfAt(forward.Key.Vrf) is not { } vrf
            || IsNewer(vrf.SourceNatGeneration, stamp);
    }

    /// <summary>A tunnel that was written anew is taken as it is now. What goes to a vif here is decided anew: others' groups may rule there.</summary>
    private bool TryTakeNextHop(uint entry, ref FlowEntry flow, ref FlowDependencies dependencies)
    {
        bool isForward = (entry & 1) == 0;
        int place = isForward ? FlowDependency.NextHop : FlowDependency.ReverseNextHop;
        var route = new RouteId(dependencies[isForward ? FlowDependency.Route : FlowDependency.ReverseRoute]);
        uint label = route.IsNone ? 0 : _routes.Entry(route).Label;
        int index = (int)dependencies[place];

        if (!route.IsNone && !TryFollowRoute(_routes.Entry(route).NextHop, isForward ? dependencies[FlowDependency.Member] : 0, flow.Generation, ref index, ref label))
        {
            return false;
        }

        int slot = _state.NextHops[index];

        // A slot may have been another next hop's.
        if (slot == flow.NextHop && !IsNewer(_nextHops[slot].Generation, flow.Generation))
        {
            return true;
        }

        uint vifs = dependencies[FlowDependency.Vifs];
        bool endsHere = (isForward ? vifs >> 16 : (ushort)vifs) != 0;

        if (endsHere || _nextHops[slot].Kind != NextHopKind.Tunnel || TTrace.IsOn)
        {
            return false;
        }

        dependencies[place] = (uint)index;
        flow.NextHop = (uint)slot;
        flow.Label = label != 0 ? label : _nextHops[slot].Label;
        return true;
    }

    /// <summary>
    /// From a route's next hop to the flow's: itself, or, of a group, the member that the flow has. False: that is not, or may not be, among
    /// them any more.
    /// </summary>
    private bool TryFollowRoute(int routed, uint member, uint stamp, ref int index, ref uint label)
    {
        if (_nextHops[_state.NextHops[routed]].Kind != NextHopKind.Ecmp)
        {
            return routed == index;
        }

        EcmpGroup group = _state.Groups[routed]!;

        if (member == 0)
        {
            return !IsNewer(group.Generation, stamp);
        }

        int found = group.Find(member);

        if (found >= 0)
        {
            index = group.Members[found].NextHop;
            label = group.Members[found].Label;
        }

        return found >= 0;
    }

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
        decision.NextHopBefore = (int)dependencies[FlowDependency.NextHop];
        decision.LabelBefore = flow.Label;
        decision.Before = _table.Entry(FlowTable.Peer(entry)).Key;
        decision.ReceiverBefore = (ushort)(dependencies[FlowDependency.Vifs] >> 16);

        if ((decision.Sender != 0 && _state.Vifs[decision.Sender]?.Vrf != flow.Key.Vrf) || _state.Vrfs[flow.Key.Vrf] is null)
        {
            return false;
        }

        if (first.IsDirect)
        {
            decision.Way.NextHop = (int)dependencies[FlowDependency.NextHop];
            decision.Way.Slot = _state.NextHops[decision.Way.NextHop];
            decision.Way.Label = flow.Label;
            decision.Way.Vrf = flow.Key.Vrf;
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

        if (!hasOneDirection && answers != decision.ReverseKey && !MayAnswerBy(answers, decision) && !_table.TryRekey(FlowTable.Peer(entry), decision.ReverseKey))
        {
            return false;
        }

        Write(entry, decision);
        Doubt(entry, decision.Back.Slot);
        Doubt(FlowTable.Peer(entry), decision.Way.Slot);
        return true;
    }

    /// <summary>Whether what comes back is another flow's.</summary>
    private bool HasOneDirection(uint entry) => _table.Entry(entry).Key == _table.Entry(FlowTable.Peer(entry)).Key;

    /// <summary>Whether answers may go on coming by the key that they came by: from the fabric the other side chooses it.</summary>
    private static bool MayAnswerBy(in FlowKey answers, in FlowDecision decision) =>
        decision.Receiver == 0 && (answers.Vif == 0 || answers.Vif == decision.Sender);

    /// <summary>What was allowed is denied now: a denied flow takes its place, whichever side its next packet comes from.</summary>
    private bool TryDeny(ref uint entry, in FlowDecision decision)
    {
        uint denied = _flows.TryAdd(decision.Key, decision.ReverseKey, FlowClass.Denied, decision.LimitedVif, _now, out _);

        if (denied == 0)
        {
            return false;
        }

        Write(denied, decision);
        TellStarted(denied);
        entry = denied | (entry & 1);
        return true;
    }
}

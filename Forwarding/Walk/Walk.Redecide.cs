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

        if (HaveRoutesChanged(entry, in dependencies, stamp))
        {
            return false;
        }

        if (IsNewer(_state.NextHopsGeneration, stamp) && !TryTakeNextHop(entry, ref flow, in dependencies))
        {
            return false;
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
        bool isDirect = new FlowFirst(dependencies[FlowDependency.First]).IsDirect;

        return (!isDirect && HasRouteChanged(forward.Key.Vrf, forward.Key.Destination, dependencies[FlowDependency.Route], dependencies[FlowDependency.RouteBehind], stamp))
            || HasRouteChanged(reverse.Key.Vrf, reverse.Key.Destination, dependencies[FlowDependency.ReverseRoute], dependencies[FlowDependency.ReverseRouteBehind], stamp)
            || (forward.Key.Vrf != reverse.Key.Vrf && MayRouteHaveChanged(forward.Key.Vrf, forward.Key.Source, stamp));
    }

    /// <summary>Whether an address may lead elsewhere: its bucket says so cheaply, the route itself for sure.</summary>
    private bool HasRouteChanged(int vrf, IpAddress address, uint first, uint last, uint stamp)
    {
        if (first == last && !MayRouteHaveChanged(vrf, address, stamp))
        {
            return false;
        }

        if (_state.Vrfs[vrf] is null)
        {
            return true;
        }

        Way way = FindWay(vrf, address);
        return way.First.Value != first || way.Last.Value != last || HasRouteChanged(way.First, stamp) || HasRouteChanged(way.Last, stamp);
    }

    // A route's number may have been another route's.
    private bool HasRouteChanged(RouteId route, uint stamp) => !route.IsNone && IsNewer(_routes.Entry(route).Generation, stamp);

    private bool MayRouteHaveChanged(int vrf, IpAddress address, uint stamp) =>
        _state.Vrfs[vrf] is not { } state
        || (IsNewer(state.Generation, stamp)
            && (IsNewer(state.WideGeneration, stamp) || IsNewer(_routeGenerations[RouteGenerations.BucketOf(vrf, address)], stamp)));

    /// <summary>A tunnel that was written anew is taken as it is now. What goes to a vif here is decided anew: others' groups may rule there.</summary>
    private bool TryTakeNextHop(uint entry, ref FlowEntry flow, in FlowDependencies dependencies)
    {
        bool isForward = (entry & 1) == 0;
        int slot = _state.NextHops[(int)dependencies[isForward ? FlowDependency.NextHop : FlowDependency.ReverseNextHop]];

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

        var route = new RouteId(dependencies[isForward ? FlowDependency.RouteBehind : FlowDependency.ReverseRouteBehind]);
        uint label = route.IsNone ? 0 : _routes.Entry(route).Label;
        flow.NextHop = (uint)slot;
        flow.Label = label != 0 ? label : _nextHops[slot].Label;
        return true;
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
        decision.Icmp = first.Icmp;
        decision.Sender = (ushort)dependencies[FlowDependency.Vifs];

        if ((decision.Sender != 0 && _state.Vifs[decision.Sender]?.Vrf != flow.Key.Vrf) || _state.Vrfs[flow.Key.Vrf] is null)
        {
            return false;
        }

        if (first.IsDirect)
        {
            decision.Way.Vrf = flow.Key.Vrf;
            decision.Way.NextHop = (int)dependencies[FlowDependency.NextHop];
            decision.Way.Slot = _state.NextHops[decision.Way.NextHop];
            decision.Way.Label = flow.Label;
        }
        else
        {
            decision.Way = FindWay(flow.Key.Vrf, flow.Key.Destination);
        }

        if (decision.Way.Reason != DropReason.None || !LeadsSomewhere(decision.Way.Slot))
        {
            return false;
        }

        decision.Receiver = ReceiverOf(_nextHops[decision.Way.Slot]);
        return !first.FromTunnel || IsRoutedInto(flow.Key.Vrf, flow.Key.Source, flow.OuterSource);
    }

    /// <summary>Reverse path, for a flow whose outer source was found right before.</summary>
    private bool IsRoutedInto(int vrf, IpAddress source, uint outerSource)
    {
        if (_state.Vrfs[vrf]!.RpfDisabled)
        {
            return true;
        }

        Way way = FindWay(vrf, source);
        ref NextHopState nextHop = ref _nextHops[way.Slot];
        return way.Reason == DropReason.None && nextHop.Kind is NextHopKind.Tunnel or NextHopKind.None && MarkOf(nextHop.Destination) == outerSource;
    }

    /// <summary>The same verdict: what the flow goes by and depends on is written anew.</summary>
    private bool TryKeep(uint entry, in FlowDecision decision)
    {
        ref FlowEntry reverse = ref _table.Entry(FlowTable.Peer(entry));
        bool hasOneDirection = reverse.Key == decision.Key;

        if (!hasOneDirection && reverse.Key != decision.ReverseKey && !IsAnswerTo(reverse.Key, decision) && !_table.TryRekey(FlowTable.Peer(entry), decision.ReverseKey))
        {
            return false;
        }

        Write(entry, decision);
        return true;
    }

    /// <summary>Whether answers may go on coming by the key that they came by: from the fabric the other side chooses it.</summary>
    private static bool IsAnswerTo(in FlowKey key, in FlowDecision decision) =>
        decision.Receiver == 0 && (key.Vif == 0 || key.Vif == decision.Sender);

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

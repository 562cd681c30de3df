using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Change reaches flows by what changed: when a flow is met under a newer state than it was last found right under, only what its verdict
/// depended on is looked at.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    private readonly RouteGenerations _routeGenerations;
    private VrfState? _lastVrfState;
    private int _lastVrf = -1;

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
            if (IsOtherWayAnother(entry, in dependencies, stamp) || !TryTakeNextHop(entry, ref flow, ref dependencies))
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

            // Looked up were the address that was called, another that it was sent on to, and who that seems to come from.
            // Where VRFs in between were asked, any change may be one of theirs.
            return first.PassesVrfs
                || MayRouteHaveChanged(forward.Key.Vrf, forward.Key.Destination, stamp)
                || MayRouteHaveChanged(forward.Key.Vrf, forward.Key.Source, stamp)
                || MayRouteHaveChanged(reverse.Key.Vrf, reverse.Key.Destination, stamp)
                || MayRouteHaveChanged(route, forward.Key.Destination, stamp)
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

    /// <summary>
    /// Floating IPs of a vif change the vif. What is left are those that send on, routes that make another one of the sender's the best, and source
    /// NATs.
    /// </summary>
    private bool HaveServicesChanged(uint entry, in FlowDependencies dependencies, uint stamp)
    {
        ref readonly FlowKey key = ref _table.Entry(FlowTable.Forward(entry)).Key;
        bool isDirect = new FlowFirst(dependencies[FlowDependency.First]).IsDirect;

        return VrfAt(key.Vrf) is not { } vrf
            || IsNewer(vrf.SourceNatGeneration, stamp)
            || (!isDirect && IsNewer(_state.FloatingIpsGeneration, stamp) && HasForwarderChanged(key, in dependencies, stamp))
            || (!isDirect && MayFloatingIpsLeadElsewhere((ushort)dependencies[FlowDependency.Vifs], key, stamp));
    }

    private bool HasForwarderChanged(in FlowKey key, in FlowDependencies dependencies, uint stamp)
    {
        int forwarder = (int)dependencies[FlowDependency.Forwarder];
        var route = new RouteId(dependencies[FlowDependency.Route]);

        return (forwarder != 0 && (_state.FloatingIpsByIndex[forwarder - 1] is not { } floating || IsNewer(floating.Generation, stamp)))
            || (_state.FindFloatingIp(key.Vrf, key.Destination) is { } here && IsNewer(here.Generation, stamp))
            || (!route.IsNone && _state.FindFloatingIp(_routes.Key(route).Vrf, key.Destination) is { } there && IsNewer(there.Generation, stamp));
    }

    private bool MayFloatingIpsLeadElsewhere(ushort sender, in FlowKey key, uint stamp)
    {
        if (sender == 0 || _state.Vifs[sender] is not { FloatingIps.Length: > 0 } vif)
        {
            return false;
        }

        foreach (FloatingIpState floating in vif.FloatingIps)
        {
            if (floating.Vrf != vif.Vrf && floating.Direction != FloatingIpDirection.Ingress && MayRouteHaveChanged(floating.Vrf, key.Destination, stamp))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the other direction's packets would take another member of a group: where they went says who may send in this one.</summary>
    private bool IsOtherWayAnother(uint entry, in FlowDependencies dependencies, uint stamp)
    {
        bool isForward = FlowTable.Forward(entry) == entry;
        var route = new RouteId(dependencies[isForward ? FlowDependency.ReverseRoute : FlowDependency.Route]);
        int before = (int)dependencies[isForward ? FlowDependency.ReverseNextHop : FlowDependency.NextHop];
        int index = before;
        uint label = 0;

        return !route.IsNone
            && IsNewer(_state.GroupsGeneration, stamp)
            && (!TryFollowRoute(_routes.Entry(route).NextHop, isForward ? 0 : dependencies[FlowDependency.Member], stamp, ref index, ref label) || index != before);
    }

    /// <summary>A tunnel that was written anew is taken as it is now. What goes to a vif here is decided anew: others' groups may rule there.</summary>
    private bool TryTakeNextHop(uint entry, ref FlowEntry flow, ref FlowDependencies dependencies)
    {
        bool isForward = (entry & 1) == 0;
        int place = isForward ? FlowDependency.NextHop : FlowDependency.ReverseNextHop;
        var route = new RouteId(dependencies[isForward ? FlowDependency.Route : FlowDependency.ReverseRoute]);
        uint label = route.IsNone ? 0 : _routes.Entry(route).Label;
        int index = (int)dependencies[place];
        bool isNamed = isForward && new FlowFirst(dependencies[FlowDependency.First]).IsDirect;
        int routed = isNamed ? (int)dependencies[FlowDependency.Forwarder] : route.IsNone ? index : _routes.Entry(route).NextHop;

        if (!TryFollowRoute(routed, isForward ? dependencies[FlowDependency.Member] : 0, flow.Generation, ref index, ref label))
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
        NextHopKind kind = _nextHops[_state.NextHops[routed]].Kind;

        if (kind != NextHopKind.Ecmp)
        {
            // On its own address this node may serve by members here.
            return routed == index || kind == NextHopKind.Host;
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
}

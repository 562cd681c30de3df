using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Where a packet goes: the longest route, its next hop, and whether it may and can go there.</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>How often a packet may be looked up again in another VRF.</summary>
    private const int MostLookups = 4;

    /// <summary>224.0.0.0: from here on there is no host (RFC 1112 section 4).</summary>
    private const uint FirstGroup = 0xE000_0000;

    /// <summary>Finds the routes of packets that came the long way and are of no flow; the others take a hint, or their flow's, when they leave.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FindRoutes(Span<Packet> batch)
    {
        _missed.Clear();

        for (int i = 0; i < batch.Length; i++)
        {
            ref Packet packet = ref batch[i];

            // A label may have named the next hop already.
            if (packet.Fate == Fate.Routed && packet.NextHop == 0 && _slots[i].Stage == FlowStage.None)
            {
                Miss(ref packet, i, _state.Vrfs[packet.Vrf]!.Fib);
            }
        }

        FindMissed(batch);
    }

    /// <summary>Notes a packet to be looked up with others: memory that one waits for comes while others are looked at.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Miss(ref Packet packet, int index, Fib fib)
    {
        IpAddress destination = DestinationOf(packet);

        if (IsGroup(destination))
        {
            packet.Route = default;
        }
        else if (destination.IsIpv6)
        {
            _missed.Add(index, fib, new Ipv6Key(destination.High, destination.Low));
        }
        else
        {
            _missed.Add(index, fib, new Ipv4Key(destination.Ipv4));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FindMissed(Span<Packet> batch)
    {
        _missed.LookUp(_routes);

        for (int i = 0; i < _missed.Count; i++)
        {
            ref Packet packet = ref batch[_missed.Index(i)];
            packet.Route = _missed.Route(i);

            if (packet.Route.IsNone)
            {
                continue;
            }

            Take(ref packet);
            ref FlowSlot slot = ref _slots[_missed.Index(i)];

            if (slot.Stage == FlowStage.Hinted && !TTrace.IsOn && LeadsSomewhere(packet.NextHop) && !IsTracked(packet))
            {
                LeaveHint(packet, slot.Key.DestinationIpv4, _state.Vrfs[packet.Vrf]!);
            }
        }

        _missed.Clear();
    }

    /// <summary>Whether an address is a group's or the broadcast: only a flood may carry it, whatever route covers it.</summary>
    private static bool IsGroup(IpAddress address) => address.IsMulticast || (!address.IsIpv6 && address.Ipv4 == uint.MaxValue);

    /// <summary>Follows the route to a next hop that sends. False: the packet was dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryResolve(ref Packet packet)
    {
        if ((packet.Flags & PacketFlags.Decapsulated) != 0 && !HasValidSource(ref packet))
        {
            return false;
        }

        if (packet.NextHop == 0)
        {
            DropUnrouted(ref packet);
            return false;
        }

        return LeadsSomewhere(packet.NextHop) || TryResolveOther(ref packet);
    }

    /// <summary>Takes the next hop of the packet's route.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(ref Packet packet)
    {
        ref readonly RouteEntry route = ref _routes.Entry(packet.Route);
        packet.NextHop = _state.NextHops[route.NextHop];
        packet.Label = route.Label != 0 ? route.Label : _nextHops[packet.NextHop].Label;

        if (TTrace.IsOn)
        {
            TraceRoute(packet, packet.Vrf, DestinationOf(packet));
        }
    }

    private void DropUnrouted(ref Packet packet) => DropUnrouted(ref packet, packet.Vrf);

    private void DropUnrouted(ref Packet packet, int vrf) => Drop(ref packet, DropReason.NoRoute, ObjectKind.Vrf, _state.Vrfs[vrf]!.Id.Value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryResolveOther(ref Packet packet)
    {
        Way way = default;

        if (_nextHops[packet.NextHop].Kind == NextHopKind.Vrf)
        {
            way = FindWay(_nextHops[packet.NextHop].Vrf, DestinationOf(packet), lookups: 1);
            Take(ref packet, way);

            if (TTrace.IsOn && !way.Last.IsNone)
            {
                TraceRoute(packet, way.Vrf, DestinationOf(packet));
            }
        }

        if (_nextHops[packet.NextHop].Kind == NextHopKind.Ecmp)
        {
            way.Reason = TakeMember(ref packet);
        }

        if (way.Reason == DropReason.None && LeadsSomewhere(packet.NextHop))
        {
            return true;
        }

        DropAstray(ref packet, way.Reason, way.Vrf);
        return false;
    }

    /// <summary>Whether a next hop sends: out of a vif, into a tunnel, to the HOST that is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool LeadsSomewhere(int nextHop) =>
        _nextHops[nextHop].Kind is NextHopKind.Vif or NextHopKind.Tunnel || (_nextHops[nextHop].Kind == NextHopKind.Host && _state.Host != 0);

    /// <summary>Where an address leads from a VRF; VRF next hops are followed, <see cref="MostLookups"/> of them.</summary>
    private Way FindWay(int vrf, IpAddress address, int lookups = 0)
    {
        Way way = default;

        for (; ; lookups++)
        {
            way.Vrf = vrf;
            way.Last = _routes.Lookup(_state.Vrfs[vrf]!.Fib, address);
            way.First = way.First.IsNone ? way.Last : way.First;

            if (way.Last.IsNone)
            {
                way.Slot = way.NextHop = 0;
                way.Reason = DropReason.NoRoute;
                return way;
            }

            ref readonly RouteEntry route = ref _routes.Entry(way.Last);
            way.NextHop = route.NextHop;
            way.Slot = _state.NextHops[route.NextHop];
            ref NextHopState nextHop = ref _nextHops[way.Slot];
            way.Label = route.Label != 0 ? route.Label : nextHop.Label;

            if (nextHop.Kind != NextHopKind.Vrf)
            {
                return way;
            }

            if (lookups == MostLookups)
            {
                way.Reason = DropReason.LookupLoop;
                return way;
            }

            vrf = nextHop.Vrf;
            way.PassesVrfs = way.First != way.Last;
        }
    }

    /// <summary>The packet goes a way. Its VRF stays the one that it came in to: its sender is routed there, and told of errors by that way.</summary>
    private static void Take(ref Packet packet, in Way way)
    {
        packet.Route = way.Last;
        packet.NextHop = way.Slot;
        packet.Label = way.Label;
    }

    /// <summary>Ends a packet whose way leads nowhere, in the VRF where it ends.</summary>
    private void DropAstray(ref Packet packet, DropReason reason, int vrf)
    {
        ref NextHopState nextHop = ref _nextHops[packet.NextHop];

        if (reason == DropReason.LookupLoop || nextHop.Kind == NextHopKind.Vrf)
        {
            Drop(ref packet, DropReason.LookupLoop, ObjectKind.Route, RouteOf(packet).Value);
        }
        else if (reason is DropReason.NoRoute or DropReason.None && packet.NextHop == 0)
        {
            DropUnrouted(ref packet, vrf);
        }
        else if (nextHop.Kind == NextHopKind.Host)
        {
            Drop(ref packet, DropReason.NotForUs, ObjectKind.None, 0);
        }
        else if (reason == DropReason.Rejected || nextHop.Kind == NextHopKind.Reject)
        {
            Reject(ref packet);
        }
        else if (reason == DropReason.Discarded || nextHop.Kind == NextHopKind.Discard)
        {
            Drop(ref packet, DropReason.Discarded, ObjectKind.NextHop, nextHop.Id);
        }
        else
        {
            // A tunnel whose far end VRF 0 has no way to.
            Drop(ref packet, DropReason.NoRoute, ObjectKind.NextHop, nextHop.Id);
        }
    }

    /// <summary>RPF: what came out of a tunnel must have a source that is routed into that tunnel (semantics, section 2).</summary>
    private bool HasValidSource(ref Packet packet)
    {
        VrfState vrf = _state.Vrfs[packet.Vrf]!;
        IpAddress outerSource = OuterSource(packet);

        // On the common way in nobody has asked.
        if (!IsTrusted(outerSource))
        {
            Drop(ref packet, DropReason.UntrustedTunnelSource, _state.Vifs[packet.Ingress]!);
            return false;
        }

        if (vrf.RpfDisabled)
        {
            return true;
        }

        Way way = FindWay(packet.Vrf, SourceOf(packet));

        if (way.Reason == DropReason.None && LeadsInto(way, outerSource))
        {
            return true;
        }

        Drop(ref packet, DropReason.InvalidSource, way.Last.IsNone ? ObjectKind.Vrf : ObjectKind.Route, way.Last.IsNone ? vrf.Id.Value : way.Last.Value);
        return false;
    }

    /// <summary>Whether a way leads into the tunnel to a far end, or to a group that contains it.</summary>
    private bool LeadsInto(in Way way, IpAddress outerSource) => _nextHops[way.Slot].Kind == NextHopKind.Ecmp
        ? _state.Groups[way.NextHop]!.HasTunnelTo(outerSource)
        : IsFrom(OuterMark.Of(outerSource), way.Slot);

    /// <summary>Whether a far end is that of a next hop's tunnel; also of one that VRF 0 has no way to now: what comes from there is no lie.</summary>
    private bool IsFrom(uint outerSource, int nextHop) =>
        _nextHops[nextHop].Kind is NextHopKind.Tunnel or NextHopKind.None && OuterMark.Of(_nextHops[nextHop].Destination) == outerSource;

    /// <summary>Whether the packet may take its way out now: loops, TTL, link, size, MAC.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayLeave(ref Packet packet)
    {
        ref NextHopState nextHop = ref _nextHops[packet.NextHop];
        packet.Egress = nextHop.Kind == NextHopKind.Host ? (ushort)_state.Host : nextHop.Egress;
        int room = RoomOf(packet, nextHop);

        if ((packet.Flags & (PacketFlags.Direct | PacketFlags.Made)) == 0 && TtlOf(packet) <= 1)
        {
            DropExpired(ref packet);
            return false;
        }

        if ((packet.Flags & PacketFlags.Decapsulated) != 0 && nextHop.Kind == NextHopKind.Tunnel && nextHop.Destination == OuterSource(packet))
        {
            Drop(ref packet, DropReason.TunnelLoop, ObjectKind.NextHop, nextHop.Id);
            return false;
        }

        if (!TTrace.IsOn && !_links.IsUp(packet.Egress))
        {
            Drop(ref packet, DropReason.InterfaceDown, ObjectKind.Vif, _state.Vifs[packet.Egress]?.Vif.Id.Value ?? 0);
            return false;
        }

        if (packet.L3Length > room && !MayBeCut(ref packet, room))
        {
            return false;
        }

        return nextHop.Neighbour == 0 && !nextHop.IsConnected || HasNeighbour(ref packet, ref nextHop);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte TtlOf(in Packet packet) => (packet.Flags & PacketFlags.Ipv6) != 0
        ? At<Ipv6Header>(packet, packet.L3).HopLimit
        : At<Ipv4Header>(packet, packet.L3).Ttl;

    /// <summary>Whether the MAC of the way out is known; the packet waits, as it came in, while it is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasNeighbour(ref Packet packet, ref NextHopState nextHop) =>
        (nextHop.Neighbour != 0 && !_neighbours.Mac(nextHop.Neighbour).IsZero) || WaitsNot(ref packet, ref nextHop);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WaitsNot(ref Packet packet, ref NextHopState nextHop)
    {
        IpAddress destination = DestinationAfter(packet);

        if (nextHop.IsConnected && !_neighbours.Mac(nextHop.Egress, destination).IsZero)
        {
            return true;
        }

        if (TTrace.IsOn)
        {
            _trace.Step("neighbour", "its MAC is not known yet: the packet would wait while it is asked for");
            return true;
        }

        int neighbour = nextHop.IsConnected ? _neighbours.Find(nextHop.Egress, destination) : nextHop.Neighbour;
        KeepTransport(ref packet);
        packet.ObjectKind = nextHop.Id != 0 ? ObjectKind.NextHop : ObjectKind.Vif;
        packet.ObjectId = nextHop.Id != 0 ? nextHop.Id : _state.Vifs[packet.Egress]?.Vif.Id.Value ?? 0;

        switch (neighbour == 0 ? HoldResult.Refused : _neighbours.Hold(neighbour, packet, _now))
        {
            case HoldResult.Resolved:
                return true;

            case HoldResult.Held:
                packet.Fate = Fate.Held;
                _books[packet.Ingress].Held++;
                return false;

            case HoldResult.HeldFirst:
                packet.Fate = Fate.Held;
                _books[packet.Ingress].Held++;
                AskFirst(packet.Egress, neighbour, nextHop.IsConnected);
                return false;

            case HoldResult.RefusedFirst:
                AskFirst(packet.Egress, neighbour, nextHop.IsConnected);
                break;
        }

        Drop(ref packet, DropReason.NeighbourUnresolved, packet.ObjectKind, packet.ObjectId);
        return false;
    }

    private void KeepTransport(ref Packet packet)
    {
        if ((packet.Flags & PacketFlags.Fragment) != 0)
        {
            KeepTransport(ref packet, new Transport(packet.Protocol, packet.Flow != 0 ? _table.Entry(packet.Flow).Key.Ports : 0));
        }
    }

    /// <summary>Asks for a neighbour at once; for those that packets choose, not next hops, only so often. The clock asks again.</summary>
    private void AskFirst(ushort egress, int neighbour, bool isConnected)
    {
        if (!isConnected || _tables.Requests.TryTake(egress, _now))
        {
            Ask(egress, _neighbours.Address(neighbour), default);
        }
    }

    private void TraceRoute(in Packet packet, int vrf, IpAddress destination)
    {
        ObjectKey key = KeyOf(new Packet { ObjectKind = ObjectKind.Route, ObjectId = packet.Route.Value });
        _trace.Step("route", $"{destination} in VRF {_state.Vrfs[vrf]!.Id}: {key.Prefix}, {Describe(_nextHops[packet.NextHop])}", key);
    }
}

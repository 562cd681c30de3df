using System.Runtime.CompilerServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Where a packet goes: the longest route, its next hop, and whether it may and can go there.</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>How often a packet may be looked up again in another VRF.</summary>
    private const int MostLookups = 4;

    /// <summary>224.0.0.0: from here on there is no host (RFC 1112 section 4).</summary>
    private const uint FirstGroup = 0xE000_0000;

    /// <summary>Finds the routes of packets that came the long way; those with a destination at hand take a hint when they leave.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FindRoutes(Span<Packet> batch)
    {
        _missed.Clear();

        for (int i = 0; i < batch.Length; i++)
        {
            ref Packet packet = ref batch[i];

            // A label may have named the next hop already.
            if (packet.Fate == Fate.Routed && packet.NextHop == 0 && packet.Destination == 0)
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

            if (packet.Destination != 0 && !TTrace.IsOn)
            {
                LeaveHint(packet, _state.Vrfs[packet.Vrf]!);
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

        return _nextHops[packet.NextHop].Kind is NextHopKind.Vif or NextHopKind.Tunnel || TryResolveOther(ref packet);
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
            TraceRoute(packet);
        }
    }

    private void DropUnrouted(ref Packet packet) => Drop(ref packet, DropReason.NoRoute, ObjectKind.Vrf, _state.Vrfs[packet.Vrf]!.Id.Value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryResolveOther(ref Packet packet)
    {
        for (int lookups = 0; _nextHops[packet.NextHop].Kind == NextHopKind.Vrf; lookups++)
        {
            if (lookups == MostLookups)
            {
                Drop(ref packet, DropReason.LookupLoop, ObjectKind.Route, packet.Route.Value);
                return false;
            }

            packet.Vrf = _nextHops[packet.NextHop].Vrf;
            packet.Route = _routes.Lookup(_state.Vrfs[packet.Vrf]!.Fib, DestinationOf(packet));

            if (packet.Route.IsNone)
            {
                DropUnrouted(ref packet);
                return false;
            }

            Take(ref packet);
        }

        switch (_nextHops[packet.NextHop].Kind)
        {
            case NextHopKind.Vif or NextHopKind.Tunnel:
                return true;

            case NextHopKind.Host when _state.Host != 0:
                return true;

            case NextHopKind.Host:
                Drop(ref packet, DropReason.NotForUs, ObjectKind.None, 0);
                return false;

            case NextHopKind.Discard:
                Drop(ref packet, DropReason.Discarded, ObjectKind.NextHop, _nextHops[packet.NextHop].Id);
                return false;

            default:
                // A tunnel whose far end VRF 0 has no way to.
                Drop(ref packet, DropReason.NoRoute, ObjectKind.NextHop, _nextHops[packet.NextHop].Id);
                return false;
        }
    }

    /// <summary>RPF: what came out of a tunnel must have a source that is routed into that tunnel (semantics, section 2).</summary>
    private bool HasValidSource(ref Packet packet)
    {
        VrfState vrf = _state.Vrfs[packet.Vrf]!;

        if (vrf.RpfDisabled)
        {
            return true;
        }

        IpAddress source = SourceOf(packet);
        RouteId route = _routes.Lookup(vrf.Fib, source);

        for (int lookups = 0; !route.IsNone && lookups <= MostLookups; lookups++)
        {
            ref NextHopState nextHop = ref _nextHops[_state.NextHops[_routes.Entry(route).NextHop]];

            // Also into one that VRF 0 has no way to now: what comes from there is no lie.
            if (nextHop.Kind is NextHopKind.Tunnel or NextHopKind.None && nextHop.Destination == OuterSource(packet))
            {
                LeaveSourceHint(source, vrf, route, lookups);
                return true;
            }

            if (nextHop.Kind != NextHopKind.Vrf)
            {
                break;
            }

            route = _routes.Lookup(_state.Vrfs[nextHop.Vrf]!.Fib, source);
        }

        Drop(ref packet, DropReason.InvalidSource, route.IsNone ? ObjectKind.Vrf : ObjectKind.Route, route.IsNone ? vrf.Id.Value : route.Value);
        return false;
    }

    /// <summary>Notes where a source is routed, for the packets that follow.</summary>
    private void LeaveSourceHint(IpAddress source, VrfState vrf, RouteId route, int lookups)
    {
        if (!source.IsIpv6 && lookups == 0 && !TTrace.IsOn)
        {
            Packet towards = new() { Destination = source.Ipv4, Route = route };
            Take(ref towards);
            LeaveHint(towards, vrf);
        }
    }

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
        if (nextHop.IsConnected && !_neighbours.Mac(nextHop.Egress, DestinationOf(packet)).IsZero)
        {
            return true;
        }

        if (TTrace.IsOn)
        {
            _trace.Step("neighbour", "its MAC is not known yet: the packet would wait while it is asked for");
            return true;
        }

        int neighbour = nextHop.IsConnected ? _neighbours.Find(nextHop.Egress, DestinationOf(packet)) : nextHop.Neighbour;
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

    /// <summary>Asks for a neighbour at once; for those that packets choose, not next hops, only so often. The clock asks again.</summary>
    private void AskFirst(ushort egress, int neighbour, bool isConnected)
    {
        if (!isConnected || _tables.Requests.TryTake(egress, _now))
        {
            Ask(egress, _neighbours.Address(neighbour), default);
        }
    }

    private void TraceRoute(in Packet packet)
    {
        ObjectKey key = KeyOf(new Packet { ObjectKind = ObjectKind.Route, ObjectId = packet.Route.Value });
        _trace.Step("route", $"{DestinationOf(packet)} in VRF {_state.Vrfs[packet.Vrf]!.Id}: {key.Prefix}, {Describe(_nextHops[packet.NextHop])}", key);
    }

    private string Describe(in NextHopState nextHop)
    {
        string text = nextHop.Kind switch
        {
            NextHopKind.Tunnel => $"{nextHop.Encapsulation} to {nextHop.Destination}",
            NextHopKind.Vif => $"out of interface {_state.Vifs[nextHop.Egress]?.Vif.Id}",
            NextHopKind.Vrf => $"look up in VRF {_state.Vrfs[nextHop.Vrf]?.Id}",
            NextHopKind.Host => "to the node's own stack",
            NextHopKind.Discard => "discard",
            _ => "unreachable",
        };

        return nextHop.Id == 0 ? text : $"next hop {nextHop.Id}, {text}";
    }
}

using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class StateEditor
{
    private void PutNextHops(List<NextHop> nextHops, bool areGroups)
    {
        foreach (NextHop nextHop in nextHops)
        {
            if (nextHop is EcmpNextHop == areGroups)
            {
                PutNextHop(nextHop);
            }
        }
    }

    private void PutNextHop(NextHop nextHop)
    {
        if (_configuration.NextHops.TryGetValue(nextHop.Id, out NextHopRecord? record))
        {
            if (record.Spec == nextHop)
            {
                _unchanged++;
                return;
            }

            // Tunnels may be sent on through it.
            _underlayTouched |= record.Spec is VifNextHop || nextHop is VifNextHop;
            Unlink(record.Spec);
            record.Spec = nextHop;
            _changed++;
        }
        else
        {
            record = new NextHopRecord(nextHop, _nextHopIndices.Take());
            _configuration.NextHops.Add(nextHop.Id, record);
            _configuration.NextHopsByIndex.Add(record.Index, record);
            _added++;
        }

        Link(nextHop);
        _touchedNextHops.Add(nextHop.Id);
    }

    private bool DeleteNextHop(NextHopId id)
    {
        if (!_configuration.NextHops.TryGetValue(id, out NextHopRecord? record))
        {
            return false;
        }

        Unlink(record.Spec);
        _configuration.NextHops.Remove(id);
        _configuration.NextHopsByIndex.Remove(record.Index);
        _touchedNextHops.Remove(id);
        Write(record.Index, default);
        _nextHopIndices.Return(record.Index);
        return true;
    }

    private void Link(NextHop nextHop)
    {
        switch (nextHop)
        {
            case VifNextHop vif:
                _configuration.Vifs[vif.Vif].Users.Add(vif.Id);
                break;

            case VrfNextHop vrf:
                _configuration.Vrfs[vrf.Vrf].Users++;
                break;

            case EcmpNextHop group:
                LinkGroup(group);
                break;

            case TunnelNextHop tunnel:
                _tunnels.Add(tunnel.Id);
                _tunnelSources.Add(IpPrefix.Host(tunnel.Destination), Generation);
                break;
        }
    }

    private void Unlink(NextHop nextHop)
    {
        switch (nextHop)
        {
            case VifNextHop vif:
                _configuration.Vifs[vif.Vif].Users.Remove(vif.Id);
                break;

            case VrfNextHop vrf:
                _configuration.Vrfs[vrf.Vrf].Users--;
                break;

            case EcmpNextHop group:
                UnlinkGroup(group);
                break;

            case TunnelNextHop tunnel:
                _tunnels.Remove(tunnel.Id);
                _tunnelSources.Remove(IpPrefix.Host(tunnel.Destination));
                break;
        }
    }

    /// <summary>Writes anew what the walk knows of every next hop that a change concerns.</summary>
    private void ResolveNextHops()
    {
        foreach (VifId id in _touchedVifs)
        {
            if (_configuration.Vifs.TryGetValue(id, out VifRecord? vif))
            {
                Write(vif.NextHop, DeliveryTo(vif));
                Write(vif.Connected, ConnectedTo(vif));
                _touchedNextHops.UnionWith(vif.Users);
            }
        }

        // Tunnels and gateways are reached through VRF 0.
        if (_underlayTouched || _vrfRoutes.Touched.Contains(_underlay))
        {
            _touchedNextHops.UnionWith(_tunnels);
        }

        foreach (NextHopId id in _touchedNextHops)
        {
            NextHopRecord record = _configuration.NextHops[id];
            Write(record.Index, StateOf(record.Spec) with { Id = id.Value });
        }

        _touchedVifs.Clear();
        _touchedNextHops.Clear();
        _underlayTouched = false;
    }

    private void Write(int index, NextHopState nextHop)
    {
        int before = _nextHops[index];
        nextHop.IsPlain = IsPlain(nextHop);
        nextHop.Generation = Generation;

        // Mostly what is found out anew is what was known: flows through it need not hear of it.
        if (_slots[before] == nextHop with { Generation = _slots[before].Generation })
        {
            _neighbours.Release(nextHop.Neighbour);
            return;
        }

        if (before != 0)
        {
            _slots.Retire(before);
        }

        _nextHops[index] = nextHop.Kind == NextHopKind.None && nextHop.Id == 0 ? 0 : _slots.Take(nextHop);
    }

    private static bool IsPlain(in NextHopState nextHop) =>
        nextHop.Kind == NextHopKind.Tunnel || nextHop is { Kind: NextHopKind.Vif, Vlan: 0, IsConnected: false };

    private NextHopState DeliveryTo(VifRecord vif) => vif.Spec.Kind == VifKind.Tenant
        ? new NextHopState
        {
            Kind = NextHopKind.Vif,
            Egress = (ushort)vif.Index,
            Room = vif.Spec.Mtu,
            Mac = vif.Spec.Mac,
            SourceMac = _configuration.Settings.VirtualMac,
            Vlan = vif.Spec.Vlan,
        }
        : new NextHopState { Kind = NextHopKind.Host };

    private static NextHopState ConnectedTo(VifRecord vif) => vif.Spec.Kind == VifKind.Fabric
        ? OutOf(vif) with { IsConnected = true }
        : default;

    private static NextHopState OutOf(VifRecord vif) => new()
    {
        Kind = NextHopKind.Vif,
        Egress = (ushort)vif.Index,
        Room = vif.Spec.Mtu,
        SourceMac = vif.Spec.Mac,
        Vlan = vif.Spec.Vlan,
    };

    private NextHopState StateOf(NextHop nextHop) => nextHop switch
    {
        DiscardNextHop => new NextHopState { Kind = NextHopKind.Discard },
        HostNextHop => new NextHopState { Kind = NextHopKind.Host },
        EcmpNextHop => new NextHopState { Kind = NextHopKind.Ecmp },
        RejectNextHop => new NextHopState { Kind = NextHopKind.Reject },
        VrfNextHop vrf => new NextHopState { Kind = NextHopKind.Vrf, Vrf = _configuration.Vrfs[vrf.Vrf].Index },
        VifNextHop vif => StateOf(vif),
        TunnelNextHop tunnel => StateOf(tunnel),
        _ => default,
    };

    private NextHopState StateOf(VifNextHop nextHop)
    {
        VifRecord vif = _configuration.Vifs[nextHop.Vif];

        if (vif.Spec.Kind != VifKind.Fabric)
        {
            NextHopState delivery = DeliveryTo(vif);
            return nextHop.Mac.IsZero ? delivery : delivery with { Mac = nextHop.Mac };
        }

        if (!nextHop.Mac.IsZero)
        {
            return OutOf(vif) with { Mac = nextHop.Mac };
        }

        return nextHop.Address is { } gateway ? Towards(vif, gateway, OutOf(vif)) : ConnectedTo(vif);
    }

    /// <summary>A way out to a neighbour whose MAC is to be found; unreachable while the table has no room for it.</summary>
    private NextHopState Towards(VifRecord vif, IpAddress address, in NextHopState nextHop)
    {
        int neighbour = _neighbours.Acquire((ushort)vif.Index, address);
        return neighbour != 0 ? nextHop with { Neighbour = neighbour } : Unreachable(nextHop.Destination);
    }

    // Its destination stays known: what comes from there is still routed to it.
    private static NextHopState Unreachable(IpAddress destination) => new() { Destination = destination };

    private NextHopState StateOf(TunnelNextHop tunnel)
    {
        if (!TryFindWayOut(tunnel.Destination, out VifRecord? fabric, out IpAddress neighbour, out MacAddress mac)
            || !TryFindSource(tunnel, fabric, out IpAddress source))
        {
            return Unreachable(tunnel.Destination);
        }

        var template = TunnelTemplate.Create(new TunnelSpec
        {
            Kind = tunnel.Encapsulation,
            Source = source,
            Destination = tunnel.Destination,
            SourceMac = fabric.Spec.Mac,
            VlanId = fabric.Spec.Vlan,
            MplsPort = _configuration.Settings.MplsOverUdpPort,
            InnerDestination = tunnel.Mac.IsZero ? _configuration.Settings.VirtualMac : tunnel.Mac,
            InnerSource = _configuration.Settings.VirtualMac,
        });

        var state = new NextHopState
        {
            Kind = NextHopKind.Tunnel,
            Encapsulation = tunnel.Encapsulation,
            Egress = (ushort)fabric.Index,
            Room = fabric.Spec.Mtu - template.L3Overhead,
            Mac = mac,
            Label = tunnel.Label,
            Destination = tunnel.Destination,
            Template = template,
        };

        return mac.IsZero ? Towards(fabric, neighbour, state) : state;
    }

    /// <summary>Routes a tunnel's far end in VRF 0: the FABRIC vif it leaves on, and whose MAC, or which, it is sent to.</summary>
    private bool TryFindWayOut(IpAddress destination, out VifRecord fabric, out IpAddress neighbour, out MacAddress mac)
    {
        VrfRecord underlay = _configuration.Vrfs[default];
        (fabric, neighbour, mac) = (null!, destination, default);

        RouteId route = _routes.Lookup(underlay.Routes.Fib, destination);

        if (route.IsNone)
        {
            return false;
        }

        int index = _routes.Entry(route).NextHop;

        if (_configuration.NextHopsByIndex.TryGetValue(index, out NextHopRecord? record))
        {
            if (record.Spec is not VifNextHop nextHop)
            {
                return false;
            }

            fabric = _configuration.Vifs[nextHop.Vif];
            neighbour = nextHop.Address ?? destination;
            mac = nextHop.Mac;
            return fabric.Spec.Kind == VifKind.Fabric;
        }

        fabric = _configuration.Fabrics.Values.FirstOrDefault(vif => vif.Connected == index)!;
        return fabric is not null;
    }

    private static bool TryFindSource(TunnelNextHop tunnel, VifRecord fabric, out IpAddress source)
    {
        IpPrefix own = fabric.Spec.Addresses.FirstOrDefault(address => address.IsIpv6 == tunnel.Destination.IsIpv6);
        source = tunnel.Source ?? own.Address;
        return tunnel.Source is not null || !own.Address.IsUnspecified;
    }
}

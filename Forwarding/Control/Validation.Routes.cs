using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class Validation
{
    private void CheckNextHops()
    {
        CheckDistinct(_transaction.NextHops, nextHop => nextHop.Id, ObjectKey.Of);

        foreach (NextHop nextHop in _transaction.NextHops)
        {
            ObjectKey key = ObjectKey.Of(nextHop.Id);

            if (nextHop.Id.Value == 0)
            {
                Add(key, "id", "0 is not an id");
            }

            CheckMembership(nextHop);

            switch (nextHop)
            {
                case EcmpNextHop group:
                    CheckGroup(key, group);
                    break;

                case VifNextHop vif:
                    CheckVifNextHop(key, vif);
                    break;

                case TunnelNextHop tunnel:
                    CheckTunnel(key, tunnel);
                    break;

                case VrfNextHop { Vrf: var vrf } when !_draft.Has(vrf):
                    AddOfState(key, "vrf.vrf", $"there is no VRF {vrf}");
                    break;

                case not (VrfNextHop or DiscardNextHop or HostNextHop or RejectNextHop):
                    Add(key, "", $"is of no kind that there is: {nextHop.GetType().Name}");
                    break;
            }
        }
    }

    private void CheckVifNextHop(ObjectKey key, VifNextHop nextHop)
    {
        if (!_draft.Has(nextHop.Vif))
        {
            AddOfState(key, "interface.interface", $"there is no interface {nextHop.Vif}");
        }

        if (nextHop.Mac.IsGroup)
        {
            Add(key, "interface.mac", $"{nextHop.Mac} is a group's address");
        }

        if (nextHop.Address is { } address && (address.IsUnspecified || address.IsMulticast))
        {
            Add(key, "interface.address", $"{address} is not the address of one host");
        }
    }

    private void CheckTunnel(ObjectKey key, TunnelNextHop tunnel)
    {
        if (tunnel.Encapsulation is not (EncapsulationKind.Vxlan or EncapsulationKind.MplsOverUdp or EncapsulationKind.MplsOverGre))
        {
            Add(key, "tunnel.encapsulation", "is none of VXLAN, MPLS_OVER_UDP, MPLS_OVER_GRE");
        }

        if (tunnel.Destination.IsUnspecified || tunnel.Destination.IsMulticast)
        {
            Add(key, "tunnel.destination", $"{tunnel.Destination} is not the address of one host");
        }

        if (tunnel.Source is { } source && source.IsIpv6 != tunnel.Destination.IsIpv6)
        {
            Add(key, "tunnel.source", $"{source} is not of the family of {tunnel.Destination}");
        }

        CheckTunnelLabel(key, "tunnel.label", tunnel.Label, tunnel);

        if (tunnel.Mac.IsGroup)
        {
            Add(key, "tunnel.mac", $"{tunnel.Mac} is a group's address");
        }
    }

    /// <summary>0 says that routes bring one; an MPLS label below 16 is reserved (RFC 3032 section 2.1).</summary>
    private void CheckTunnelLabel(ObjectKey key, string field, uint label, TunnelNextHop tunnel)
    {
        (uint first, uint last) = tunnel.Encapsulation == EncapsulationKind.Vxlan ? (1, LastVni) : (FirstLabel, LastLabel);

        if (label != 0 && (label < first || label > last))
        {
            Add(key, field, $"{label} is not in {first} to {last}");
        }
    }

    private void CheckRoutes()
    {
        CheckDistinct(_transaction.Routes, route => (route.Vrf, route.Prefix), key => ObjectKey.Of(key.Vrf, key.Prefix));

        foreach (Route route in _transaction.Routes)
        {
            if (!_draft.Has(route.Vrf))
            {
                AddOfState(ObjectKey.Of(route.Vrf, route.Prefix), "vrf", $"there is no VRF {route.Vrf}");
            }

            CheckPrefix(ObjectKey.Of(route.Vrf, route.Prefix), "prefix", route.Prefix);
            CheckMostGroups(ObjectKey.Of(route.Vrf, route.Prefix), route.SecurityGroups);

            if (_draft.Find(route.NextHop) is not { } nextHop)
            {
                AddOfState(ObjectKey.Of(route.Vrf, route.Prefix), "next_hop", $"there is no next hop {route.NextHop}");
            }
            else if (nextHop is TunnelNextHop tunnel)
            {
                CheckTunnelLabel(ObjectKey.Of(route.Vrf, route.Prefix), "label", route.Label, tunnel);
            }
            else if (route.Label > LastLabel)
            {
                Add(ObjectKey.Of(route.Vrf, route.Prefix), "label", $"{route.Label} is above {LastLabel}");
            }

            if (route.Mac.IsGroup)
            {
                Add(ObjectKey.Of(route.Vrf, route.Prefix), "mac", $"{route.Mac} is a group's address");
            }
        }
    }
}

using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>
/// The routes that come from the vifs' own addresses. A configured route for the same prefix wins while it is there; of two vifs
/// with one address the lower number has it.
/// </summary>
internal sealed class DerivedRoutes(VrfRoutes routes)
{
    private readonly Dictionary<(VrfRecord Vrf, IpPrefix Prefix), SortedList<uint, DerivedRoute>> _candidates = [];

    /// <summary>Adds a vif's route, or changes it.</summary>
    public void Set(VrfRecord vrf, IpPrefix prefix, VifId vif, DerivedRoute route)
    {
        if (!_candidates.TryGetValue((vrf, prefix), out SortedList<uint, DerivedRoute>? candidates))
        {
            candidates = [];
            _candidates.Add((vrf, prefix), candidates);
        }

        candidates[vif.Value] = route;
        Refresh(vrf, prefix);
    }

    public void Remove(VrfRecord vrf, IpPrefix prefix, VifId vif)
    {
        SortedList<uint, DerivedRoute> candidates = _candidates[(vrf, prefix)];
        candidates.Remove(vif.Value);

        if (candidates.Count == 0)
        {
            _candidates.Remove((vrf, prefix));
        }

        Refresh(vrf, prefix);
    }

    /// <summary>Puts the derived route in, changes or removes it, unless a configured one is there.</summary>
    public void Refresh(VrfRecord vrf, IpPrefix prefix)
    {
        bool isThere = routes.TryFind(vrf, prefix, out RouteEntry before);

        if (isThere && (before.Flags & RouteFlags.Derived) == 0)
        {
            return;
        }

        if (_candidates.TryGetValue((vrf, prefix), out SortedList<uint, DerivedRoute>? candidates))
        {
            DerivedRoute route = candidates.GetValueAtIndex(0);

            if (!isThere || route != new DerivedRoute(before.NextHop, before.SecurityGroups))
            {
                routes.Set(vrf, prefix, route.Entry);
            }
        }
        else if (isThere)
        {
            routes.Remove(vrf, prefix);
        }
    }
}

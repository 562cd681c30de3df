using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>
/// The routes that come from the vifs' own addresses. A configured route for the same prefix wins while it is there; of two vifs
/// with one address the lower number has it.
/// </summary>
internal sealed class DerivedRoutes(RouteStore routes)
{
    private readonly Dictionary<(RouteTable Table, IpPrefix Prefix), SortedList<uint, int>> _candidates = [];

    public void Add(RouteTable table, IpPrefix prefix, VifId vif, int nextHop)
    {
        if (!_candidates.TryGetValue((table, prefix), out SortedList<uint, int>? candidates))
        {
            candidates = [];
            _candidates.Add((table, prefix), candidates);
        }

        candidates[vif.Value] = nextHop;
        Refresh(table, prefix);
    }

    public void Remove(RouteTable table, IpPrefix prefix, VifId vif)
    {
        SortedList<uint, int> candidates = _candidates[(table, prefix)];
        candidates.Remove(vif.Value);

        if (candidates.Count == 0)
        {
            _candidates.Remove((table, prefix));
        }

        Refresh(table, prefix);
    }

    /// <summary>Puts the derived route in, changes or removes it, unless a configured one is there.</summary>
    public void Refresh(RouteTable table, IpPrefix prefix)
    {
        bool isThere = routes.TryFind(table, prefix, out RouteId route);

        if (isThere && (routes.Entry(route).Flags & RouteFlags.Derived) == 0)
        {
            return;
        }

        if (_candidates.TryGetValue((table, prefix), out SortedList<uint, int>? candidates))
        {
            int nextHop = candidates.GetValueAtIndex(0);

            if (!isThere || routes.Entry(route).NextHop != nextHop)
            {
                routes.Set(table, prefix, new RouteEntry { NextHop = nextHop, Flags = RouteFlags.Derived });
            }
        }
        else if (isThere)
        {
            routes.Remove(table, prefix);
        }
    }
}

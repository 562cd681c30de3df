using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>The configuration as transactions: what would make it, and what would unmake the rest of it.</summary>
internal static class Exporter
{
    private static readonly HashSet<ObjectKind> s_allButRoutes = [.. Enum.GetValues<ObjectKind>().Where(kind => kind != ObjectKind.Route)];

    /// <summary>The objects of these kinds; null = all.</summary>
    public static Transaction Export(Tables tables, bool derived, IReadOnlySet<ObjectKind>? kinds = null)
    {
        Configuration configuration = tables.Configuration;

        return new Transaction
        {
            Settings = Wants(ObjectKind.Settings) ? configuration.Settings : null,
            Vrfs = List(ObjectKind.Vrf, () => configuration.Vrfs.Values.Select(vrf => vrf.Spec).Where(vrf => vrf.Id.Value != 0 || vrf != VrfRecord.Underlay).OrderBy(vrf => vrf.Id.Value)),
            Vifs = List(ObjectKind.Vif, () => configuration.Vifs.Values.Select(vif => vif.Spec).OrderBy(vif => vif.Id.Value)),
            NextHops = List(ObjectKind.NextHop, () => configuration.NextHops.Values.Select(nextHop => nextHop.Spec).OrderBy(nextHop => nextHop.Id.Value)),
            Routes = List(ObjectKind.Route, () => Routes(tables, derived).OrderBy(route => route.Vrf.Value).ThenBy(route => route.Prefix.Address).ThenBy(route => route.Prefix.Length)),
            Labels = List(ObjectKind.Label, () => configuration.Labels.Values.OrderBy(label => label.Label.Value)),
            Vnis = List(ObjectKind.Vni, () => configuration.Vnis.Values.OrderBy(vni => vni.Vni.Value)),
            SecurityGroups = List(ObjectKind.SecurityGroup, () => configuration.Policies.Groups.OrderBy(group => group.Id.Value)),
            FloatingIps = List(ObjectKind.FloatingIp, () => configuration.FloatingIps.Values.Select(floatingIp => floatingIp.Spec).OrderBy(ip => ip.Vrf.Value).ThenBy(ip => ip.Address)),
            SourceNats = List(ObjectKind.SourceNat, () => configuration.SourceNats.Values.OrderBy(nat => nat.Id.Value)),
        };

        bool Wants(ObjectKind kind) => kinds?.Contains(kind) != false;

        List<T> List<T>(ObjectKind kind, Func<IEnumerable<T>> objects) => Wants(kind) ? [.. objects()] : [];
    }

    /// <summary>The configured state in pieces: all but the routes, and then these, so many at a time.</summary>
    public static IEnumerable<Transaction> ExportPieces(Tables tables, int routes)
    {
        yield return Export(tables, derived: false, s_allButRoutes);

        foreach (Route[] some in Routes(tables, derived: false).Chunk(routes))
        {
            yield return new Transaction { Routes = [.. some] };
        }
    }

    /// <summary>The wanted state with deletes of everything that it does not mention.</summary>
    public static Transaction WithDeletesOfTheRest(Tables tables, Transaction wanted)
    {
        Configuration configuration = tables.Configuration;
        HashSet<VrfId> vrfs = [default, .. wanted.Vrfs.Select(vrf => vrf.Id)];
        HashSet<VifId> vifs = [.. wanted.Vifs.Select(vif => vif.Id)];
        HashSet<NextHopId> nextHops = [.. wanted.NextHops.Select(nextHop => nextHop.Id)];
        HashSet<(VrfId, IpPrefix)> routes = [.. wanted.Routes.Select(route => (route.Vrf, route.Prefix))];
        HashSet<MplsLabel> labels = [.. wanted.Labels.Select(label => label.Label)];
        HashSet<Vni> vnis = [.. wanted.Vnis.Select(vni => vni.Vni)];
        HashSet<SecurityGroupId> groups = [.. wanted.SecurityGroups.Select(group => group.Id)];
        HashSet<(VrfId, IpAddress)> floatingIps = [.. wanted.FloatingIps.Select(ip => (ip.Vrf, ip.Address))];
        HashSet<SourceNatId> sourceNats = [.. wanted.SourceNats.Select(nat => nat.Id)];
        bool restoresUnderlay = wanted.Vrfs.All(vrf => vrf.Id.Value != 0);

        return new Transaction
        {
            Settings = wanted.Settings ?? new Settings(),
            Vrfs = restoresUnderlay ? [VrfRecord.Underlay, .. wanted.Vrfs] : wanted.Vrfs,
            Vifs = wanted.Vifs,
            NextHops = wanted.NextHops,
            Routes = wanted.Routes,
            Labels = wanted.Labels,
            Vnis = wanted.Vnis,
            SecurityGroups = wanted.SecurityGroups,
            FloatingIps = wanted.FloatingIps,
            SourceNats = wanted.SourceNats,
            Deletes = [.. wanted.Deletes.Union(
            [
                .. configuration.Vrfs.Keys.Where(id => !vrfs.Contains(id)).Select(ObjectKey.Of),
                .. configuration.Vifs.Keys.Where(id => !vifs.Contains(id)).Select(ObjectKey.Of),
                .. configuration.NextHops.Keys.Where(id => !nextHops.Contains(id)).Select(ObjectKey.Of),
                .. Routes(tables, derived: false).Where(route => !routes.Contains((route.Vrf, route.Prefix))).Select(route => ObjectKey.Of(route.Vrf, route.Prefix)),
                .. configuration.Labels.Keys.Where(label => !labels.Contains(label)).Select(ObjectKey.Of),
                .. configuration.Vnis.Keys.Where(vni => !vnis.Contains(vni)).Select(ObjectKey.Of),
                .. configuration.Policies.Groups.Select(group => group.Id).Where(id => !groups.Contains(id)).Select(ObjectKey.Of),
                .. configuration.FloatingIps.Keys.Where(key => !floatingIps.Contains(key)).Select(key => ObjectKey.Of(key.Vrf, key.Address)),
                .. configuration.SourceNats.Keys.Where(id => !sourceNats.Contains(id)).Select(ObjectKey.Of),
            ])],
        };
    }

    /// <summary>A configured route as it stands; null = there is none.</summary>
    public static Route? FindRoute(Tables tables, VrfId vrf, IpPrefix prefix) =>
        tables.Configuration.Vrfs.TryGetValue(vrf, out VrfRecord? record)
        && tables.Routes.TryFind(record.Routes, prefix, out RouteId id)
        && (tables.Routes.Entry(id).Flags & RouteFlags.Derived) == 0
            ? RouteOf(tables, vrf, prefix, tables.Routes.Entry(id))
            : null;

    private static IEnumerable<Route> Routes(Tables tables, bool derived)
    {
        foreach (VrfRecord vrf in tables.Configuration.Vrfs.Values)
        {
            foreach (RouteId id in tables.Routes.Routes(vrf.Routes))
            {
                RouteEntry entry = tables.Routes.Entry(id);

                if (derived || (entry.Flags & RouteFlags.Derived) == 0)
                {
                    yield return RouteOf(tables, vrf.Spec.Id, tables.Routes.Key(id).Prefix, entry);
                }
            }
        }
    }

    // A derived route's next hop is the vRouter's own and has no id.
    private static Route RouteOf(Tables tables, VrfId vrf, IpPrefix prefix, RouteEntry entry) =>
        new(vrf, prefix, tables.Configuration.NextHopsByIndex.TryGetValue(entry.NextHop, out NextHopRecord? nextHop) ? nextHop.Spec.Id : default)
        {
            Label = entry.Label,
            SecurityGroups = tables.Configuration.GroupSets[entry.SecurityGroups],
            ProxyArp = (entry.Flags & RouteFlags.ProxyArp) != 0,
            Mac = entry.Mac,
        };
}

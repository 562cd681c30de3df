using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The configuration as transactions leave it: dictionaries, and lists that are read from end to end.</summary>
internal sealed partial class ReferenceState
{
    /// <summary>How often a packet may be looked up again in another VRF.</summary>
    private const int MostLookups = 4;

    private readonly Dictionary<ObjectKey, object> _objects = new() { [ObjectKey.Of(default(VrfId))] = new Vrf(default) };

    public Settings Settings { get; private set; } = new();

    public IEnumerable<Vif> Vifs => All<Vif>().OrderBy(vif => vif.Id.Value);

    public Vif? Host => Vifs.FirstOrDefault(vif => vif.Kind == VifKind.Host);

    public IEnumerable<Vif> Fabrics => Vifs.Where(vif => vif.Kind == VifKind.Fabric);

    public IEnumerable<Vif> Tenants => Vifs.Where(vif => vif.Kind == VifKind.Tenant);

    public void Apply(Transaction transaction)
    {
        Settings = transaction.Settings ?? Settings;
        transaction.Deletes.ForEach(key => _objects.Remove(key));
        transaction.Vrfs.ForEach(vrf => _objects[ObjectKey.Of(vrf.Id)] = vrf);
        transaction.Vifs.ForEach(vif => _objects[ObjectKey.Of(vif.Id)] = vif);
        transaction.NextHops.ForEach(nextHop => _objects[ObjectKey.Of(nextHop.Id)] = nextHop);
        transaction.Routes.ForEach(route => _objects[ObjectKey.Of(route.Vrf, route.Prefix)] = route);
        transaction.Labels.ForEach(label => _objects[ObjectKey.Of(label.Label)] = label);
        transaction.Vnis.ForEach(vni => _objects[ObjectKey.Of(vni.Vni)] = vni);
        transaction.SecurityGroups.ForEach(group => _objects[ObjectKey.Of(group.Id)] = group);
        transaction.FloatingIps.ForEach(floatingIp => _objects[ObjectKey.Of(floatingIp.Vrf, floatingIp.Address)] = floatingIp);
        transaction.SourceNats.ForEach(nat => _objects[ObjectKey.Of(nat.Id)] = nat);
    }

    public Vrf Vrf(VrfId id) => (Vrf)_objects[ObjectKey.Of(id)];

    public Vif? FindVif(VifId id) => Find<Vif>(ObjectKey.Of(id));

    public Vrf? FindVrf(Vni vni) => _objects.TryGetValue(ObjectKey.Of(vni), out object? entry) ? Vrf(((VniEntry)entry).Vrf) : null;

    /// <summary>What a label stands for: an interface, or a next hop.</summary>
    public (Vif? Vif, NextHop? NextHop) FindLabel(MplsLabel label) => (
        Vifs.FirstOrDefault(vif => vif.Label == label && label.Value != 0),
        _objects.TryGetValue(ObjectKey.Of(label), out object? entry) ? Find<NextHop>(ObjectKey.Of(((LabelEntry)entry).NextHop)) : null);

    /// <summary>The rules of an interface's groups; a group that nobody defined has none.</summary>
    public SecurityGroup[] GroupsOf(Vif vif) =>
        [.. vif.SecurityGroups.Select(id => Find<SecurityGroup>(ObjectKey.Of(id)) ?? new SecurityGroup(id, "", []))];

    /// <summary>Whether tunnel packets are taken from an address: a configured tunnel leads there, or it is trusted.</summary>
    public bool IsTunnelSource(IpAddress source) =>
        All<TunnelNextHop>().Any(tunnel => tunnel.Destination == source) || Settings.TrustedTunnelSources.Any(prefix => prefix.Contains(source));

    /// <summary>The most specific route; of one prefix the configured one, else that of the interface with the lowest number.</summary>
    public ReferenceRoute? FindRoute(VrfId vrf, IpAddress address) => Routes(vrf)
        .Where(route => route.Prefix.Contains(address))
        .OrderByDescending(route => route.Prefix.Length)
        .ThenBy(route => route.IsDerived)
        .FirstOrDefault();

    /// <summary>Follows an address from VRF to VRF to where it ends.</summary>
    public Way Resolve(VrfId vrf, IpAddress destination)
    {
        var routes = new List<ReferenceRoute>();

        // 255.255.255.255 and groups: only a flood may carry them, whatever route covers them.
        if (destination.IsMulticast || (!destination.IsIpv6 && destination.Ipv4 == uint.MaxValue))
        {
            return new Way([], DropReason.NoRoute);
        }

        while (FindRoute(vrf, destination) is { } route)
        {
            routes.Add(route);

            if (route.NextHop is not VrfNextHop next)
            {
                return End([.. routes], route.NextHop, route.Label) with { Vrf = vrf };
            }

            if (routes.Count > MostLookups)
            {
                return new Way([.. routes], DropReason.LookupLoop) { Vrf = vrf, Last = next };
            }

            vrf = next.Vrf;
        }

        return new Way([.. routes], DropReason.NoRoute) { Vrf = vrf };
    }

    /// <summary>Where a next hop that is not another VRF leads.</summary>
    public Way End(ReferenceRoute[] routes, NextHop nextHop, uint label) => EndOf(routes, nextHop, label) with { Last = nextHop };

    private Way EndOf(ReferenceRoute[] routes, NextHop nextHop, uint label) => nextHop switch
    {
        VifNextHop vif => Out(routes, vif),
        HostNextHop when Host is { } host => new Way(routes, DropReason.None) { Receiver = host },
        HostNextHop => new Way(routes, DropReason.NotForUs),
        DiscardNextHop => new Way(routes, DropReason.Discarded),
        RejectNextHop => new Way(routes, DropReason.Rejected),
        EcmpNextHop group => new Way(routes, DropReason.None) { Group = GroupOf(group) },
        TunnelNextHop tunnel => Into(routes, tunnel, label != 0 ? label : tunnel.Label),
        _ => throw new NotSupportedException($"next hop {nextHop}"),
    };

    /// <summary>The address that this node tunnels from, towards a far end of a family.</summary>
    public static IpAddress? FindEndpoint(Vif fabric, bool isIpv6) => fabric.Addresses.Where(a => a.IsIpv6 == isIpv6).Select(a => (IpAddress?)a.Address).FirstOrDefault();

    private Way Out(ReferenceRoute[] routes, VifNextHop nextHop) => FindVif(nextHop.Vif) switch
    {
        { Kind: VifKind.Fabric } => new Way(routes, DropReason.None) { Underlay = nextHop },
        { } vif => new Way(routes, DropReason.None) { Receiver = vif },
        null => throw new InvalidOperationException($"no interface {nextHop.Vif}"),
    };

    private Way Into(ReferenceRoute[] routes, TunnelNextHop tunnel, uint label)
    {
        var underlay = FindRoute(default, tunnel.Destination)?.NextHop as VifNextHop;

        return underlay is not null && FindVif(underlay.Vif) is { Kind: VifKind.Fabric } fabric && (tunnel.Source ?? FindEndpoint(fabric, tunnel.Destination.IsIpv6)) is not null
            ? new Way(routes, DropReason.None) { Tunnel = tunnel, Underlay = underlay, Label = label }
            : new Way(routes, DropReason.NoRoute);
    }

    private IEnumerable<ReferenceRoute> Routes(VrfId vrf)
    {
        foreach (Route route in All<Route>().Where(route => route.Vrf == vrf))
        {
            yield return new ReferenceRoute(vrf, route.Prefix, (NextHop)_objects[ObjectKey.Of(route.NextHop)], route.Label, route.SecurityGroups, IsDerived: false);
        }

        foreach (Vif vif in Vifs.Where(vif => vif.Vrf == vrf))
        {
            foreach (IpPrefix address in vif.Addresses)
            {
                NextHop own = vif.Kind == VifKind.Tenant ? new VifNextHop(default, vif.Id) : new HostNextHop(default);
                yield return new ReferenceRoute(vrf, IpPrefix.Host(address.Address), own, 0, vif.SecurityGroups, IsDerived: true);

                if (vif.Kind == VifKind.Fabric && !address.IsHost)
                {
                    yield return new ReferenceRoute(vrf, address.Network, new VifNextHop(default, vif.Id), 0, default, IsDerived: true);
                }
            }
        }
    }

    private IEnumerable<T> All<T>() => _objects.Values.OfType<T>();

    private T? Find<T>(ObjectKey key) where T : class => _objects.TryGetValue(key, out object? found) ? (T)found : null;
}

using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Checks a whole transaction before anything changes and finds every problem (semantics, section 8).</summary>
internal sealed partial class Validation
{
    private const uint FirstLabel = 16;
    private const uint LastLabel = (1 << 20) - 1;
    private const uint LastVni = (1 << 24) - 1;

    private readonly List<Problem> _problems = [];
    private readonly Configuration _configuration;
    private readonly RouteStore _routes;
    private readonly Transaction _transaction;
    private readonly Draft _draft;

    private Validation(Configuration configuration, RouteStore routes, Transaction transaction)
    {
        _configuration = configuration;
        _routes = routes;
        _transaction = transaction;
        _draft = new Draft(configuration, transaction);
    }

    public static List<Problem> Check(Configuration configuration, RouteStore routes, Transaction transaction)
    {
        var validation = new Validation(configuration, routes, transaction);

        validation.CheckDeletes();
        validation.CheckRoom();
        validation.CheckSettings();
        validation.CheckVrfs();
        validation.CheckSecurityGroups();
        validation.CheckVifs();
        validation.CheckNextHops();
        validation.CheckRoutes();
        validation.CheckLabels();
        validation.CheckVnis();
        validation.CheckFloatingIps();
        validation.CheckSourceNats();
        validation.CheckWhatIsLeftBehind();

        return validation._problems;
    }

    private void Add(ObjectKey key, string field, string message) => _problems.Add(new Problem(key, field, message));

    /// <summary>What would be right beside other objects than there are.</summary>
    private void AddOfState(ObjectKey key, string field, string message) => _problems.Add(new Problem(key, field, message) { IsOfState = true });

    private void CheckDistinct<TItem, TKey>(List<TItem> items, Func<TItem, TKey> keyOf, Func<TKey, ObjectKey> name)
    {
        if (items.Count < 2)
        {
            return;
        }

        var seen = new HashSet<TKey>(items.Count);

        foreach (TItem item in items)
        {
            if (!seen.Add(keyOf(item)))
            {
                Add(name(keyOf(item)), "", "is in the request twice");
            }
        }
    }

    private void CheckDeletes()
    {
        CheckDistinct(_transaction.Deletes, key => key, key => key);

        foreach (ObjectKey key in _transaction.Deletes)
        {
            if (key is { Kind: ObjectKind.Vrf, Id: 0 })
            {
                Add(key, "", "VRF 0 is the underlay and always there");
            }
            else if (key.Kind is ObjectKind.None or ObjectKind.Settings)
            {
                Add(key, "", "names no object that can be deleted");
            }
        }

        if (_transaction.Deletes.Count > 0)
        {
            var deleted = _transaction.Deletes.ToHashSet();

            foreach (ObjectKey key in _transaction.Puts.Where(deleted.Contains))
            {
                Add(key, "", "is in the request twice: to be there, and to be deleted");
            }
        }
    }

    /// <summary>The tables are bounded. What a request deletes makes room for the next one only.</summary>
    private void CheckRoom()
    {
        int vifs = _configuration.Vifs.Count + _transaction.Vifs.Count(vif => !_configuration.Vifs.ContainsKey(vif.Id));
        int nextHops = 2 * vifs + _configuration.NextHops.Count + _transaction.NextHops.Count(nextHop => !_configuration.NextHops.ContainsKey(nextHop.Id));
        int vrfs = _configuration.Vrfs.Count + _transaction.Vrfs.Count(vrf => !_configuration.Vrfs.ContainsKey(vrf.Id));

        CheckRoom(ObjectKind.Vif, vifs, StateEditor.MostVifs);
        CheckRoom(ObjectKind.NextHop, nextHops, StateEditor.MostNextHops - 1);
        CheckRoom(ObjectKind.Vrf, vrfs, StateEditor.MostVrfs);
        CheckRoom(ObjectKind.Route, _routes.Count + _transaction.Routes.Count + 2 * _transaction.Vifs.Sum(vif => vif.Addresses.Count), _routes.Capacity);
    }

    private void CheckRoom(ObjectKind kind, int count, int limit)
    {
        if (count > limit)
        {
            AddOfState(new ObjectKey(kind, 0), "", $"there would be {count}, and there is room for {limit}");
        }
    }

    private void CheckSettings()
    {
        if (_transaction.Settings is not { } settings)
        {
            return;
        }

        if (settings.VirtualMac.IsZero || settings.VirtualMac.IsGroup)
        {
            Add(ObjectKey.Settings, "virtual_mac", $"{settings.VirtualMac} is not the address of one station");
        }

        if (settings.MplsOverUdpPort is 0 or VxlanHeader.UdpPort)
        {
            Add(ObjectKey.Settings, "mpls_over_udp_port", settings.MplsOverUdpPort == 0 ? "0 is not a port" : $"{settings.MplsOverUdpPort} is VXLAN's port");
        }

        CheckPrefixes(ObjectKey.Settings, "trusted_tunnel_sources", settings.TrustedTunnelSources);
        CheckFlowSettings(settings);
    }

    private void CheckPrefixes(ObjectKey key, string field, ValueList<IpPrefix> prefixes)
    {
        for (int i = 0; i < prefixes.Count; i++)
        {
            CheckPrefix(key, $"{field}[{i}]", prefixes[i]);
        }
    }

    private void CheckPrefix(ObjectKey key, string field, IpPrefix prefix)
    {
        if (prefix.Length > prefix.Address.Bits)
        {
            Add(key, field, $"{prefix} is longer than an address");
        }
        else if (prefix.HasHostBits)
        {
            Add(key, field, $"{prefix} has bits set behind its length; the prefix is {prefix.Network}");
        }
    }

    private void CheckVrfs()
    {
        CheckDistinct(_transaction.Vrfs, vrf => vrf.Id, ObjectKey.Of);

        foreach (Vrf vrf in _transaction.Vrfs)
        {
            if (vrf.ForwardingMode == ForwardingMode.L2)
            {
                Add(ObjectKey.Of(vrf.Id), "forwarding_mode", "L2 is not supported by this version: it routes, and does not bridge yet");
            }

            if (vrf is { Id.Value: 0, ForwardingMode: not ForwardingMode.L2L3 and not ForwardingMode.L3 })
            {
                Add(ObjectKey.Of(vrf.Id), "forwarding_mode", "the underlay routes");
            }
        }
    }

    private void CheckLabels()
    {
        CheckDistinct(_transaction.Labels, label => label.Label, ObjectKey.Of);

        foreach (LabelEntry label in _transaction.Labels)
        {
            ObjectKey key = ObjectKey.Of(label.Label);

            if (label.Label.Value is < FirstLabel or > LastLabel)
            {
                Add(key, "label", $"{label.Label} is not in {FirstLabel} to {LastLabel}");
            }

            if (label.IsEthernet)
            {
                Add(key, "payload", "ETHERNET is not supported by this version: it routes, and does not bridge yet");
            }

            if (!_draft.Has(label.NextHop))
            {
                AddOfState(key, "next_hop", $"there is no next hop {label.NextHop}");
            }

            if (_draft.FindLabelOwner(label.Label) is { } vif)
            {
                AddOfState(key, "label", $"{label.Label} is the label of interface {vif}");
            }
        }
    }

    private void CheckVnis()
    {
        CheckDistinct(_transaction.Vnis, vni => vni.Vni, ObjectKey.Of);

        foreach (VniEntry vni in _transaction.Vnis)
        {
            if (vni.Vni.Value is 0 or > LastVni)
            {
                Add(ObjectKey.Of(vni.Vni), "vni", $"{vni.Vni} is not in 1 to {LastVni}");
            }

            if (!_draft.Has(vni.Vrf))
            {
                AddOfState(ObjectKey.Of(vni.Vni), "vrf", $"there is no VRF {vni.Vrf}");
            }
        }
    }

    private void CheckWhatIsLeftBehind()
    {
        // Most transactions delete nothing.
        if (_transaction.Deletes.Count == 0)
        {
            return;
        }

        CheckGoneGroups();

        if (!_draft.GoneVrfs.Any() && !_draft.GoneVifs.Any() && !_draft.GoneNextHops.Any())
        {
            return;
        }

        Usage usage = Usage.Of(_configuration, _routes, _transaction);

        foreach (VrfId id in _draft.GoneVrfs)
        {
            CheckUnused(ObjectKey.Of(id), _configuration.Vrfs[id].Users + usage[id]);
        }

        foreach (VifId id in _draft.GoneVifs)
        {
            CheckUnused(ObjectKey.Of(id), _configuration.Vifs[id].Users.Count + _configuration.Vifs[id].FloatingIps.Count + usage[id]);
        }

        foreach (NextHopId id in _draft.GoneNextHops)
        {
            CheckUnused(ObjectKey.Of(id), _configuration.NextHops[id].Users + usage[id]);
        }
    }

    private void CheckUnused(ObjectKey key, int users)
    {
        if (users > 0)
        {
            AddOfState(key, "", $"cannot be deleted: {users} other object{(users == 1 ? " names" : "s name")} it");
        }
    }
}

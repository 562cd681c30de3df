using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Turns transactions that were found valid into states: changes the configuration, the route store and the next hops, and builds
/// the next state with what did not change shared.
/// </summary>
internal sealed partial class StateEditor : IDisposable
{
    /// <summary>An index is 16 bits, and 0 says "none".</summary>
    public const int MostVifs = ushort.MaxValue - 1;

    /// <summary>Configured and derived ones: two a vif, and one to the HOST.</summary>
    public const int MostNextHops = 1 << 20;

    public const int MostVrfs = 1 << 20;

    private readonly Configuration _configuration;
    private readonly RouteStore _routes;
    private readonly NeighbourTable _neighbours;
    private readonly FlowCredits _credits;
    private readonly NextHopSlots _slots;
    private readonly TunnelSources _tunnelSources;
    private readonly VrfRoutes _vrfRoutes;
    private readonly DerivedRoutes _derived;
    private readonly IndexPool _vrfIndices = new(MostVrfs);
    private readonly IndexPool _vifIndices = new(MostVifs);
    private readonly IndexPool _nextHopIndices = new(MostNextHops);
    private readonly HashSet<NextHopId> _tunnels = [];
    private readonly VrfRecord _underlay;
    private readonly int _hostNextHop;

    private readonly PersistentVector<VrfState?>.Builder _vrfs = PersistentVector<VrfState?>.Empty.Edit();
    private readonly PersistentVector<VifState?>.Builder _vifs = PersistentVector<VifState?>.Empty.Edit();
    private readonly PersistentVector<int>.Builder _nextHops = PersistentVector<int>.Empty.Edit();
    private readonly PersistentVector<LabelTarget>.Builder _labels = PersistentVector<LabelTarget>.Empty.Edit();
    private readonly PersistentVector<int>.Builder _vnis = PersistentVector<int>.Empty.Edit();
    private readonly PersistentVector<InterfacePolicy?>.Builder _policies = PersistentVector<InterfacePolicy?>.Empty.Edit();
    private ForwardingState _state;

    // What this transaction has touched.
    private readonly HashSet<NextHopId> _touchedNextHops = [];
    private readonly HashSet<VifId> _touchedVifs = [];
    private readonly HashSet<VifRecord> _staleVifs = [];
    private bool _underlayTouched;
    private uint _version;
    private uint _policiesGeneration;
    private bool _vifsTouched = true;
    private int _added, _changed, _removed, _unchanged;

    public StateEditor(Configuration configuration, RouteStore routes, RouteGenerations generations, NeighbourTable neighbours, FlowCredits credits)
    {
        _configuration = configuration;
        _routes = routes;
        _neighbours = neighbours;
        _credits = credits;
        _slots = new NextHopSlots(2 * MostNextHops);
        _tunnelSources = new TunnelSources(routes);
        _vrfRoutes = new VrfRoutes(routes, generations) { Generation = 1 };
        _derived = new DerivedRoutes(_vrfRoutes);

        _underlay = new VrfRecord(VrfRecord.Underlay, 0, new RouteTable(0));
        configuration.Vrfs.Add(default, _underlay);
        SetFlowLimits();
        _vrfRoutes.Note(_underlay);
        _hostNextHop = _nextHopIndices.Take();
        Write(_hostNextHop, new NextHopState { Kind = NextHopKind.Host });
        _state = Build(1);
    }

    public ForwardingState State => _state;

    public NextHopSlots Slots => _slots;

    /// <summary>The security groups and their policies.</summary>
    public PolicyStore Policies => _configuration.Policies;

    /// <summary>The lower 32 bits of the generation in the making.</summary>
    private uint Generation => _vrfRoutes.Generation;

    /// <summary>Carries a valid transaction out. The caller publishes <see cref="State"/> and then commits.</summary>
    public ApplyResult Apply(Transaction transaction)
    {
        (_added, _changed, _removed, _unchanged) = (0, 0, 0, 0);

        // What others name goes last: until then its users may still be told to name something else.
        Delete(transaction.Deletes.Where(key => !MayBeNamed(key)));
        Put(transaction);
        Delete(transaction.Deletes.Where(MayBeNamed).OrderBy(DeletionOrder));
        ResolveGroups();
        ResolveNextHops();
        ResolveFloatingIps();
        ResolveVifs();

        if (_added + _changed + _removed > 0)
        {
            _state = Build(_state.Generation + 1);
            _vrfRoutes.Generation = (uint)(_state.Generation + 1);
        }

        return new ApplyResult(_state.Generation, _added, _changed, _removed, _unchanged, []);
    }

    /// <summary>Closes what the published state no longer uses.</summary>
    public void Commit()
    {
        _routes.Commit(_state.Generation);
        _slots.Commit(_state.Generation);
    }

    /// <summary>Frees what only states before this generation used.</summary>
    public void Reclaim(ulong generation)
    {
        _routes.Reclaim(generation);
        _slots.Reclaim(generation, _neighbours);
    }

    /// <summary>Whether a transaction has to wait until more of what older states used can be freed.</summary>
    public bool MustReclaimFor(Transaction transaction)
    {
        int addresses = transaction.Vifs.Sum(vif => 2 * vif.Addresses.Count);
        int routes = transaction.Routes.Count + transaction.Deletes.Count + 2 * addresses + (transaction.Settings?.TrustedTunnelSources.Count ?? 0) + transaction.NextHops.Count;
        int nextHops = _configuration.NextHops.Count + transaction.NextHops.Count + 2 * (_configuration.Vifs.Count + transaction.Vifs.Count);

        return (_routes.Free < routes && _routes.HasRetired) || (!_slots.HasRoom(nextHops) && _slots.HasRetired);
    }

    public void Dispose() => _slots.Dispose();

    private void Delete(IEnumerable<ObjectKey> keys)
    {
        foreach (ObjectKey key in keys)
        {
            bool wasThere = key.Kind switch
            {
                ObjectKind.Label => DeleteLabel(new MplsLabel(key.Id)),
                ObjectKind.Vni => DeleteVni(new Vni(key.Id)),
                ObjectKind.Route => DeleteRoute(new VrfId(key.Id), key.Prefix),
                ObjectKind.NextHop => DeleteNextHop(new NextHopId(key.Id)),
                ObjectKind.Vif => DeleteVif(new VifId(key.Id)),
                ObjectKind.Vrf => DeleteVrf(new VrfId(key.Id)),
                ObjectKind.FloatingIp => DeleteFloatingIp(new VrfId(key.Id), key.Prefix.Address),
                ObjectKind.SourceNat => DeleteSourceNat(new SourceNatId(key.Id)),
                ObjectKind.SecurityGroup => Policies.Remove(new SecurityGroupId(key.Id)),
                _ => false,
            };

            _removed += wasThere ? 1 : 0;
        }
    }

    private static bool MayBeNamed(ObjectKey key) => key.Kind is ObjectKind.NextHop or ObjectKind.Vif or ObjectKind.Vrf or ObjectKind.SecurityGroup;

    // Users of an object go before it.
    private int DeletionOrder(ObjectKey key) => key.Kind switch
    {
        ObjectKind.NextHop => _groupIds.Contains(new NextHopId(key.Id)) ? 0 : 1,
        ObjectKind.Vif => 2,
        _ => 3,
    };

    // Order: an object comes before those that name it.
    private void Put(Transaction transaction)
    {
        PutSettings(transaction.Settings);
        transaction.Vrfs.ForEach(PutVrf);
        transaction.SecurityGroups.ForEach(PutSecurityGroup);
        transaction.Vifs.ForEach(PutVif);
        PutNextHops(transaction.NextHops, areGroups: false);
        PutNextHops(transaction.NextHops, areGroups: true);
        transaction.Routes.ForEach(PutRoute);
        transaction.Labels.ForEach(PutLabel);
        transaction.Vnis.ForEach(PutVni);
        transaction.FloatingIps.ForEach(PutFloatingIp);
        transaction.SourceNats.ForEach(PutSourceNat);
    }

    private void PutSettings(Settings? settings)
    {
        if (settings is null)
        {
            return;
        }

        if (settings == _configuration.Settings)
        {
            _unchanged++;
            return;
        }

        foreach (IpPrefix prefix in _configuration.Settings.TrustedTunnelSources)
        {
            _tunnelSources.Remove(prefix);
        }

        foreach (IpPrefix prefix in settings.TrustedTunnelSources)
        {
            _tunnelSources.Add(prefix, Generation);
        }

        // Every template and every derived next hop carries the virtual MAC.
        if (settings.VirtualMac != _configuration.Settings.VirtualMac)
        {
            _touchedVifs.UnionWith(_configuration.Vifs.Keys);
            _touchedNextHops.UnionWith(_configuration.NextHops.Keys);
        }

        _configuration.Settings = settings;
        SetFlowLimits();
        _underlayTouched = true;
        _changed++;
    }

    private void SetFlowLimits() => _credits.SetLimits(_configuration.Settings.MaxFlows, _configuration.Settings.MaxFlowsPerInterface);

    private ForwardingState Build(ulong generation)
    {
        foreach (VrfRecord vrf in _vrfRoutes.Touched)
        {
            _vrfs[vrf.Index] = StateOf(vrf);
        }

        _vrfRoutes.Touched.Clear();
        CompilePolicies(generation);

        // Most transactions leave the vifs as they are.
        VifState[] fabrics = _vifsTouched ? [.. _configuration.Fabrics.Values.Select(vif => _vifs[vif.Index]!)] : _state.Fabrics;

        var state = new ForwardingState
        {
            Generation = generation,
            Settings = _configuration.Settings,
            Vrfs = _vrfs.Build(),
            VifsGeneration = _vifsTouched ? Generation : _state.VifsGeneration,
            Vifs = _vifs.Build(),
            PoliciesGeneration = _policiesGeneration,
            Policies = _policies.Build(),
            GroupSets = _configuration.GroupSets.Published.Build(),
            NextHopsGeneration = _nextHops.IsChanged ? Generation : _state.NextHopsGeneration,
            NextHops = _nextHops.Build(),
            GroupsGeneration = _groupsGeneration = _groups.IsChanged ? Generation : _groupsGeneration,
            Groups = _groups.Build(),
            FloatingIpsGeneration = _floatingIpsGeneration = _floatingIpsByIndex.IsChanged ? Generation : _floatingIpsGeneration,
            FloatingIpsByIndex = _floatingIpsByIndex.Build(),
            FloatingIps = _floatingIps.Build(),
            Pools = _pools.Published.Build(),
            Labels = _labels.Build(),
            Vnis = _vnis.Build(),
            TunnelSources = _tunnelSources.Fib,
            Host = _configuration.Host?.Index ?? 0,
            Fabrics = fabrics,
            Endpoints = _vifsTouched ? [.. fabrics.SelectMany(fabric => fabric.Addresses)] : _state.Endpoints,
        };

        _vifsTouched = false;
        return state;
    }

    private VrfState StateOf(VrfRecord vrf) =>
        new(vrf.Spec.Id, ++_version, vrf.Routes.Fib, vrf.Spec.ForwardingMode, vrf.Spec.RpfDisabled, vrf.GatewayIpv4, vrf.GatewayIpv6)
        {
            Generation = Generation,
            WideGeneration = vrf.WideGeneration,
            SourceNats = vrf.SourceNats,
            SourceNatGeneration = vrf.SourceNatGeneration,
        };
}

namespace VRouter.Forwarding;

/// <summary>How a transaction changes the number of objects that name a VRF, a vif or a next hop.</summary>
internal sealed class Usage
{
    private readonly Dictionary<VrfId, int> _vrfs = [];
    private readonly Dictionary<VifId, int> _vifs = [];
    private readonly Dictionary<NextHopId, int> _nextHops = [];

    private Usage()
    {
    }

    public int this[VrfId id] => _vrfs.GetValueOrDefault(id);

    public int this[VifId id] => _vifs.GetValueOrDefault(id);

    public int this[NextHopId id] => _nextHops.GetValueOrDefault(id);

    /// <summary>Counts what the transaction takes away and puts there. Cheap when it deletes nothing that can be named.</summary>
    public static Usage Of(Configuration configuration, RouteStore routes, Transaction transaction)
    {
        var usage = new Usage();

        foreach (ObjectKey key in transaction.Deletes.Distinct())
        {
            usage.Remove(configuration, routes, key);
        }

        var deleted = new HashSet<ObjectKey>(transaction.Deletes);

        foreach (Vif vif in transaction.Vifs)
        {
            usage.Replace(configuration, routes, deleted, ObjectKey.Of(vif.Id));
            usage.Add(vif.Vrf, 1);
        }

        foreach (NextHop nextHop in transaction.NextHops)
        {
            usage.Replace(configuration, routes, deleted, ObjectKey.Of(nextHop.Id));
            usage.AddTargets(nextHop, 1);
        }

        foreach (LabelEntry label in transaction.Labels)
        {
            usage.Replace(configuration, routes, deleted, ObjectKey.Of(label.Label));
            usage.Add(label.NextHop, 1);
        }

        foreach (VniEntry vni in transaction.Vnis)
        {
            usage.Replace(configuration, routes, deleted, ObjectKey.Of(vni.Vni));
            usage.Add(vni.Vrf, 1);
        }

        foreach (FloatingIp floatingIp in transaction.FloatingIps)
        {
            usage.Replace(configuration, routes, deleted, ObjectKey.Of(floatingIp.Vrf, floatingIp.Address));
            usage.AddTargets(floatingIp, 1);
        }

        foreach (SourceNat nat in transaction.SourceNats)
        {
            usage.Replace(configuration, routes, deleted, ObjectKey.Of(nat.Id));
            usage.AddTargets(nat, 1);
        }

        foreach (Route route in transaction.Routes)
        {
            usage.Replace(configuration, routes, deleted, ObjectKey.Of(route.Vrf, route.Prefix));
            usage.Add(route.Vrf, 1);
            usage.Add(route.NextHop, 1);
        }

        return usage;
    }

    private void Replace(Configuration configuration, RouteStore routes, HashSet<ObjectKey> deleted, ObjectKey key)
    {
        if (deleted.Count == 0 || !deleted.Contains(key))
        {
            Remove(configuration, routes, key);
        }
    }

    private void Remove(Configuration configuration, RouteStore routes, ObjectKey key)
    {
        switch (key.Kind)
        {
            case ObjectKind.Vif when configuration.Vifs.TryGetValue(new VifId(key.Id), out VifRecord? vif):
                Add(vif.Spec.Vrf, -1);
                break;

            case ObjectKind.NextHop when configuration.NextHops.TryGetValue(new NextHopId(key.Id), out NextHopRecord? nextHop):
                AddTargets(nextHop.Spec, -1);
                break;

            case ObjectKind.Label when configuration.Labels.TryGetValue(new Encap.MplsLabel(key.Id), out LabelEntry label):
                Add(label.NextHop, -1);
                break;

            case ObjectKind.Vni when configuration.Vnis.TryGetValue(new Encap.Vni(key.Id), out VniEntry vni):
                Add(vni.Vrf, -1);
                break;

            case ObjectKind.FloatingIp when configuration.FloatingIps.TryGetValue((new VrfId(key.Id), key.Prefix.Address), out FloatingIpRecord? floatingIp):
                AddTargets(floatingIp.Spec, -1);
                break;

            case ObjectKind.SourceNat when configuration.SourceNats.TryGetValue(new SourceNatId(key.Id), out SourceNat? nat):
                AddTargets(nat, -1);
                break;

            case ObjectKind.Route when configuration.Vrfs.TryGetValue(new VrfId(key.Id), out VrfRecord? vrf)
                && routes.TryFind(vrf.Routes, key.Prefix, out RouteId route)
                && configuration.NextHopsByIndex.TryGetValue(routes.Entry(route).NextHop, out NextHopRecord? target):
                Add(vrf.Spec.Id, -1);
                Add(target.Spec.Id, -1);
                break;
        }
    }

    private void AddTargets(NextHop nextHop, int count)
    {
        switch (nextHop)
        {
            case VifNextHop vif:
                Add(vif.Vif, count);
                break;

            case VrfNextHop vrf:
                Add(vrf.Vrf, count);
                break;

            case EcmpNextHop group:
                foreach (EcmpMember member in group.Members)
                {
                    Add(member.NextHop, count);
                }

                break;
        }
    }

    private void AddTargets(FloatingIp floatingIp, int count)
    {
        Add(floatingIp.Vrf, count);

        foreach (VifId vif in floatingIp.Vifs)
        {
            Add(vif, count);
        }

        foreach (PortMapping mapping in floatingIp.PortMappings)
        {
            if (mapping.Forward is { } forward)
            {
                Add(forward.Vrf, count);
            }
        }
    }

    private void AddTargets(SourceNat nat, int count)
    {
        Add(nat.Vrf, count);
        Add(nat.OutsideVrf, count);
    }

    private void Add(VifId id, int count) => _vifs[id] = this[id] + count;

    private void Add(VrfId id, int count) => _vrfs[id] = this[id] + count;

    private void Add(NextHopId id, int count) => _nextHops[id] = this[id] + count;
}

using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class StateEditor
{
    private void PutVif(Vif vif)
    {
        if (_configuration.Vifs.TryGetValue(vif.Id, out VifRecord? record))
        {
            if (record.Spec == vif)
            {
                _unchanged++;
                return;
            }

            Withdraw(record, vif);
            record.Spec = vif;
            _changed++;
        }
        else
        {
            record = new VifRecord(vif, _vifIndices.Take(), _nextHopIndices.Take(), _nextHopIndices.Take());
            _configuration.Vifs.Add(vif.Id, record);
            _added++;
        }

        Advertise(record);
    }

    private bool DeleteVif(VifId id)
    {
        if (!_configuration.Vifs.Remove(id, out VifRecord? record))
        {
            return false;
        }

        Withdraw(record, null);
        ReturnGroups(record.Policy, record.GroupSet);
        _vifs[record.Index] = null;
        _credits.SetLimit((ushort)record.Index, 0);
        Write(record.NextHop, default);
        Write(record.Connected, default);
        _nextHopIndices.Return(record.NextHop);
        _nextHopIndices.Return(record.Connected);
        _vifIndices.Return(record.Index);
        _touchedVifs.Remove(id);
        _staleVifs.Remove(record);
        return true;
    }

    /// <summary>Puts what follows from a vif in place: its state, its next hops, its label, its routes.</summary>
    private void Advertise(VifRecord record)
    {
        Vif vif = record.Spec;
        VrfRecord vrf = _configuration.Vrfs[vif.Vrf];
        (int policy, int groupSet) = (record.Policy, record.GroupSet);

        TakeGroups(record);
        Join(vrf, record);
        _staleVifs.Add(record);
        _credits.SetLimit((ushort)record.Index, vif.MaxFlows);

        if (vif.Kind == VifKind.Fabric)
        {
            _configuration.Fabrics.Add(vif.Id.Value, record);
        }
        else if (vif.Kind == VifKind.Host)
        {
            _configuration.Host = record;
        }

        if (vif.Label.Value != 0)
        {
            _configuration.VifLabels[vif.Label] = vif.Id;
            _labels[(int)vif.Label.Value] = new LabelTarget(record.NextHop, IsVif: true, IsEthernet: false);
        }

        foreach ((IpPrefix prefix, int nextHop) in DerivedRoutesOf(record, vif))
        {
            _derived.Set(vrf, prefix, vif.Id, new DerivedRoute(nextHop, prefix.IsHost ? record.GroupSet : 0));
        }

        // No route has them any more.
        ReturnGroups(policy, groupSet);
        Touch(vif);
    }

    /// <summary>Takes away what follows from a vif, but for what will follow from it as it is to be; null = it goes.</summary>
    private void Withdraw(VifRecord record, Vif? next)
    {
        Vif vif = record.Spec;
        VrfRecord vrf = _configuration.Vrfs[vif.Vrf];
        bool stays = next?.Vrf == vif.Vrf;
        HashSet<IpPrefix> kept = stays ? [.. DerivedRoutesOf(record, next!).Select(route => route.Prefix)] : [];

        foreach ((IpPrefix prefix, _) in DerivedRoutesOf(record, vif))
        {
            if (!kept.Contains(prefix))
            {
                _derived.Remove(vrf, prefix, vif.Id);
            }
        }

        if (vif.Label.Value != 0 && _configuration.VifLabels.GetValueOrDefault(vif.Label) == vif.Id)
        {
            _configuration.VifLabels.Remove(vif.Label);
            _labels[(int)vif.Label.Value] = default;
        }

        _configuration.Fabrics.Remove(vif.Id.Value);
        _configuration.Host = _configuration.Host == record ? null : _configuration.Host;

        if (!stays)
        {
            Leave(vrf, record);
        }

        Touch(vif);
    }

    private void Join(VrfRecord vrf, VifRecord record)
    {
        if (vrf.Vifs.TryAdd(record.Spec.Id.Value, record))
        {
            vrf.Users++;
        }

        FindGateways(vrf);
    }

    private void Leave(VrfRecord vrf, VifRecord record)
    {
        vrf.Vifs.Remove(record.Spec.Id.Value);
        vrf.Users--;
        FindGateways(vrf);
    }

    private void FindGateways(VrfRecord vrf)
    {
        if (vrf.FindGateways())
        {
            _vrfRoutes.Touched.Add(vrf);
        }
    }

    /// <summary>Writes anew what the walk knows of the vifs that have changed, or their floating IPs have.</summary>
    private void ResolveVifs()
    {
        foreach (VifRecord record in _staleVifs)
        {
            _vifs[record.Index] = StateOf(record);
            _vifsTouched = true;
        }

        _staleVifs.Clear();
    }

    private VifState StateOf(VifRecord record) => new(record.Spec, record.Index, _configuration.Vrfs[record.Spec.Vrf].Index, record.NextHop)
    {
        Generation = Generation,
        Policy = record.Policy,
        Groups = _configuration.GroupSets.Published[record.GroupSet] ?? [],
        FloatingIps = FloatingIpsOf(record),
    };

    private void Touch(Vif vif)
    {
        _touchedVifs.Add(vif.Id);
        _vifsTouched = true;
        _underlayTouched |= vif.Kind == VifKind.Fabric;
    }

    // Two addresses of one subnet make its route once.
    private IEnumerable<(IpPrefix Prefix, int NextHop)> DerivedRoutesOf(VifRecord record, Vif vif) => RoutesOfAddresses(record, vif).DistinctBy(route => route.Prefix);

    private IEnumerable<(IpPrefix Prefix, int NextHop)> RoutesOfAddresses(VifRecord record, Vif vif)
    {
        foreach (IpPrefix address in vif.Addresses)
        {
            IpPrefix host = IpPrefix.Host(address.Address);

            if (vif.Kind == VifKind.Tenant)
            {
                yield return (host, record.NextHop);
                continue;
            }

            yield return (host, _hostNextHop);

            if (vif.Kind == VifKind.Fabric && !address.IsHost)
            {
                yield return (address.Network, record.Connected);
            }
        }
    }
}

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

            Withdraw(record);
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

        Withdraw(record);
        _vifs[record.Index] = null;
        Write(record.NextHop, default);
        Write(record.Connected, default);
        _nextHopIndices.Return(record.NextHop);
        _nextHopIndices.Return(record.Connected);
        _vifIndices.Return(record.Index);
        _touchedVifs.Remove(id);
        return true;
    }

    /// <summary>Puts what follows from a vif in place: its state, its next hops, its label, its routes.</summary>
    private void Advertise(VifRecord record)
    {
        Vif vif = record.Spec;
        VrfRecord vrf = _configuration.Vrfs[vif.Vrf];

        vrf.Users++;
        vrf.Vifs.Add(vif.Id.Value, record);
        vrf.FindGateways();
        _vifs[record.Index] = new VifState(vif, record.Index, vrf.Index, record.NextHop);

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

        foreach ((IpPrefix prefix, int nextHop) in DerivedRoutesOf(record))
        {
            _derived.Add(vrf.Routes, prefix, vif.Id, nextHop);
        }

        Touch(record, vrf);
    }

    private void Withdraw(VifRecord record)
    {
        Vif vif = record.Spec;
        VrfRecord vrf = _configuration.Vrfs[vif.Vrf];

        foreach ((IpPrefix prefix, _) in DerivedRoutesOf(record))
        {
            _derived.Remove(vrf.Routes, prefix, vif.Id);
        }

        if (vif.Label.Value != 0 && _configuration.VifLabels.GetValueOrDefault(vif.Label) == vif.Id)
        {
            _configuration.VifLabels.Remove(vif.Label);
            _labels[(int)vif.Label.Value] = default;
        }

        _configuration.Fabrics.Remove(vif.Id.Value);
        _configuration.Host = _configuration.Host == record ? null : _configuration.Host;
        vrf.Users--;
        vrf.Vifs.Remove(vif.Id.Value);
        vrf.FindGateways();
        Touch(record, vrf);
    }

    private void Touch(VifRecord record, VrfRecord vrf)
    {
        _touchedVifs.Add(record.Spec.Id);
        _vifsTouched = true;
        TouchRoutes(vrf);
        _underlayTouched |= record.Spec.Kind == VifKind.Fabric;
    }

    // Two addresses of one subnet make its route once.
    private IEnumerable<(IpPrefix Prefix, int NextHop)> DerivedRoutesOf(VifRecord record) => RoutesOfAddresses(record).DistinctBy(route => route.Prefix);

    private IEnumerable<(IpPrefix Prefix, int NextHop)> RoutesOfAddresses(VifRecord record)
    {
        foreach (IpPrefix address in record.Spec.Addresses)
        {
            IpPrefix host = IpPrefix.Host(address.Address);

            if (record.Spec.Kind == VifKind.Tenant)
            {
                yield return (host, record.NextHop);
                continue;
            }

            yield return (host, _hostNextHop);

            if (record.Spec.Kind == VifKind.Fabric && !address.IsHost)
            {
                yield return (address.Network, record.Connected);
            }
        }
    }
}

using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class StateEditor
{
    private void PutVrf(Vrf vrf)
    {
        if (_configuration.Vrfs.TryGetValue(vrf.Id, out VrfRecord? record))
        {
            if (record.Spec == vrf)
            {
                _unchanged++;
                return;
            }

            // Preference between floating IPs goes by the names of their VRFs.
            if (record.Spec.Name != vrf.Name)
            {
                _touchedFloatingIps.UnionWith(record.FloatingIps);
            }

            record.Spec = vrf;
            _changed++;
        }
        else
        {
            int index = _vrfIndices.Take();
            record = new VrfRecord(vrf, index, new RouteTable(index));
            _configuration.Vrfs.Add(vrf.Id, record);
            _added++;
        }

        _vrfRoutes.Note(record);
    }

    private bool DeleteVrf(VrfId id)
    {
        if (!_configuration.Vrfs.Remove(id, out VrfRecord? record))
        {
            return false;
        }

        _routes.RemoveTable(record.Routes);
        _vrfRoutes.Touched.Remove(record);
        _vrfs[record.Index] = null;
        _vrfIndices.Return(record.Index);
        return true;
    }

    private void PutRoute(Route route)
    {
        VrfRecord vrf = _configuration.Vrfs[route.Vrf];
        NextHopRecord nextHop = _configuration.NextHops[route.NextHop];
        RouteEntry entry = EntryOf(route, nextHop.Index);

        if (_vrfRoutes.TryFind(vrf, route.Prefix, out RouteEntry before) && (before.Flags & RouteFlags.Derived) == 0)
        {
            _configuration.GroupSets.Release(before.SecurityGroups);

            if (before == entry with { PrefixLength = before.PrefixLength, Generation = before.Generation })
            {
                _unchanged++;
                return;
            }

            _configuration.NextHopsByIndex[before.NextHop].Users--;
            _changed++;
        }
        else
        {
            vrf.Users++;
            _added++;
        }

        nextHop.Users++;
        _vrfRoutes.Set(vrf, route.Prefix, entry);
    }

    private RouteEntry EntryOf(in Route route, int nextHop) => new()
    {
        NextHop = nextHop,
        Label = route.Label,
        SecurityGroups = _configuration.GroupSets.Acquire(route.SecurityGroups),
        Flags = (route.ProxyArp ? RouteFlags.ProxyArp : 0) | (route.Mac.IsZero ? 0 : RouteFlags.HasMac),
        Mac = route.Mac,
    };

    private bool DeleteRoute(VrfId vrfId, IpPrefix prefix)
    {
        if (!_configuration.Vrfs.TryGetValue(vrfId, out VrfRecord? vrf)
            || !_vrfRoutes.TryFind(vrf, prefix, out RouteEntry entry)
            || (entry.Flags & RouteFlags.Derived) != 0)
        {
            return false;
        }

        _configuration.GroupSets.Release(entry.SecurityGroups);
        _configuration.NextHopsByIndex[entry.NextHop].Users--;
        vrf.Users--;
        _vrfRoutes.Remove(vrf, prefix);
        _derived.Refresh(vrf, prefix);
        return true;
    }

    private void PutLabel(LabelEntry label)
    {
        if (_configuration.Labels.TryGetValue(label.Label, out LabelEntry before))
        {
            if (before == label)
            {
                _unchanged++;
                return;
            }

            _configuration.NextHops[before.NextHop].Users--;
            _changed++;
        }
        else
        {
            _added++;
        }

        NextHopRecord nextHop = _configuration.NextHops[label.NextHop];
        nextHop.Users++;
        _configuration.Labels[label.Label] = label;
        _labels[(int)label.Label.Value] = new LabelTarget(nextHop.Index, IsVif: false, label.IsEthernet);
    }

    private bool DeleteLabel(MplsLabel label)
    {
        if (!_configuration.Labels.Remove(label, out LabelEntry entry))
        {
            return false;
        }

        _configuration.NextHops[entry.NextHop].Users--;
        _labels[(int)label.Value] = default;
        return true;
    }

    private void PutVni(VniEntry vni)
    {
        if (_configuration.Vnis.TryGetValue(vni.Vni, out VniEntry before))
        {
            if (before == vni)
            {
                _unchanged++;
                return;
            }

            _configuration.Vrfs[before.Vrf].Users--;
            _changed++;
        }
        else
        {
            _added++;
        }

        VrfRecord vrf = _configuration.Vrfs[vni.Vrf];
        vrf.Users++;
        _configuration.Vnis[vni.Vni] = vni;
        _vnis[(int)vni.Vni.Value] = vrf.Index + 1;
    }

    private bool DeleteVni(Vni vni)
    {
        if (!_configuration.Vnis.Remove(vni, out VniEntry entry))
        {
            return false;
        }

        _configuration.Vrfs[entry.Vrf].Users--;
        _vnis[(int)vni.Value] = 0;
        return true;
    }
}

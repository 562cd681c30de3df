using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class StateEditor
{
    public const int MostFloatingIps = 1 << 20;

    private readonly IndexPool _floatingIpIndices = new(MostFloatingIps);
    private readonly PersistentMap<VrfAddress, FloatingIpState>.Builder _floatingIps = PersistentMap<VrfAddress, FloatingIpState>.Empty.Edit();
    private readonly PersistentVector<FloatingIpState?>.Builder _floatingIpsByIndex = PersistentVector<FloatingIpState?>.Empty.Edit();
    private readonly HashSet<FloatingIpRecord> _touchedFloatingIps = [];
    private uint _floatingIpsGeneration;

    private void PutFloatingIp(FloatingIp floatingIp)
    {
        if (_configuration.FloatingIps.TryGetValue((floatingIp.Vrf, floatingIp.Address), out FloatingIpRecord? record))
        {
            if (record.Spec == floatingIp)
            {
                _unchanged++;
                return;
            }

            Unlink(record);
            record.Spec = floatingIp;
            _changed++;
        }
        else
        {
            record = new FloatingIpRecord(floatingIp, _floatingIpIndices.Take());
            _configuration.FloatingIps.Add((floatingIp.Vrf, floatingIp.Address), record);
            _added++;
        }

        Link(record);
    }

    private bool DeleteFloatingIp(VrfId vrf, IpAddress address)
    {
        if (!_configuration.FloatingIps.Remove((vrf, address), out FloatingIpRecord? record))
        {
            return false;
        }

        Unlink(record);
        _touchedFloatingIps.Remove(record);
        _floatingIps.Set(new VrfAddress(_configuration.Vrfs[vrf].Index, address), null);
        _floatingIpsByIndex[record.Index] = null;
        _floatingIpIndices.Return(record.Index);
        return true;
    }

    private void Link(FloatingIpRecord record)
    {
        VrfRecord vrf = _configuration.Vrfs[record.Spec.Vrf];
        vrf.FloatingIps.Add(record);
        vrf.Users++;

        foreach (VrfRecord target in ForwardsOf(record))
        {
            target.Users++;
        }

        foreach (VifRecord member in MembersOf(record))
        {
            member.FloatingIps.Add(record);
        }

        _touchedFloatingIps.Add(record);
    }

    private void Unlink(FloatingIpRecord record)
    {
        VrfRecord vrf = _configuration.Vrfs[record.Spec.Vrf];
        vrf.FloatingIps.Remove(record);
        vrf.Users--;

        foreach (VrfRecord target in ForwardsOf(record))
        {
            target.Users--;
        }

        foreach (VifRecord member in MembersOf(record))
        {
            member.FloatingIps.Remove(record);
            _staleVifs.Add(member);
        }
    }

    private IEnumerable<VifRecord> MembersOf(FloatingIpRecord record) => record.Spec.Vifs.Select(vif => _configuration.Vifs[vif]);

    private IEnumerable<VrfRecord> ForwardsOf(FloatingIpRecord record) =>
        record.Spec.PortMappings.Where(mapping => mapping.Forward is not null).Select(mapping => _configuration.Vrfs[mapping.Forward!.Value.Vrf]);

    /// <summary>Writes anew what the walk knows of the floating IPs that have changed; their members are to be told.</summary>
    private void ResolveFloatingIps()
    {
        foreach (FloatingIpRecord record in _touchedFloatingIps)
        {
            FloatingIpState state = StateOf(record);
            _floatingIpsByIndex[record.Index] = state;
            _floatingIps.Set(new VrfAddress(state.Vrf, state.Address), state);
            _staleVifs.UnionWith(MembersOf(record));
        }

        _touchedFloatingIps.Clear();
    }

    private FloatingIpState StateOf(FloatingIpRecord record)
    {
        VrfRecord vrf = _configuration.Vrfs[record.Spec.Vrf];
        ushort[] vifs = [.. MembersOf(record).Select(vif => (ushort)vif.Index).Order()];
        var ports = FloatingIpPorts.Of(record.Spec, id => (ushort)_configuration.Vifs[id].Index, id => _configuration.Vrfs[id].Index);
        return new FloatingIpState(record.Spec, record.Index, vrf.Index, vifs, ports) { VrfName = vrf.Spec.Name, Generation = Generation };
    }

    /// <summary>The floating IPs of a vif, those first that are preferred to their equals outbound (semantics, section 6).</summary>
    private FloatingIpState[] FloatingIpsOf(VifRecord vif) => [.. vif.FloatingIps.Select(record => _floatingIpsByIndex[record.Index]!)
        .OrderBy(floatingIp => floatingIp.VrfName, StringComparer.Ordinal)
        .ThenBy(floatingIp => floatingIp.Address)
        .ThenBy(floatingIp => floatingIp.VrfId.Value)];
}

namespace VRouter.Forwarding;

internal sealed partial class StateEditor
{
    private readonly Pools _pools = new();

    private void PutSourceNat(SourceNat nat)
    {
        if (_configuration.SourceNats.TryGetValue(nat.Id, out SourceNat? before))
        {
            if (before == nat)
            {
                _unchanged++;
                return;
            }

            Withdraw(before);
            _changed++;
        }
        else
        {
            _added++;
        }

        _configuration.SourceNats[nat.Id] = nat;
        Advertise(nat);
    }

    private bool DeleteSourceNat(SourceNatId id)
    {
        if (!_configuration.SourceNats.Remove(id, out SourceNat? nat))
        {
            return false;
        }

        Withdraw(nat);
        return true;
    }

    private void Advertise(SourceNat nat)
    {
        VrfRecord vrf = _configuration.Vrfs[nat.Vrf], outside = _configuration.Vrfs[nat.OutsideVrf];
        var state = new SourceNatState(nat, outside.Index) { Generation = Generation };
        vrf.Users++;
        outside.Users++;
        _pools.Add(state);
        SetSourceNats(vrf, vrf.SourceNats.Append(state));
    }

    private void Withdraw(SourceNat nat)
    {
        VrfRecord vrf = _configuration.Vrfs[nat.Vrf];
        SourceNatState state = vrf.SourceNats.Single(other => other.Id == nat.Id);
        vrf.Users--;
        _configuration.Vrfs[nat.OutsideVrf].Users--;
        _pools.Remove(state);
        SetSourceNats(vrf, vrf.SourceNats.Where(other => other != state));
    }

    private void SetSourceNats(VrfRecord vrf, IEnumerable<SourceNatState> nats)
    {
        vrf.SourceNats = [.. nats.OrderBy(nat => nat.Id.Value)];
        vrf.SourceNatGeneration = Generation;
        _vrfRoutes.Touched.Add(vrf);
    }
}

namespace VRouter.Forwarding;

/// <summary>The ids behind the indices that flows hold. The control side's, under its lock.</summary>
internal sealed class ObjectIds
{
    private readonly IdHistory _vrfs = new();
    private readonly IdHistory _vifs = new();
    private readonly IdHistory _nextHops = new();

    /// <summary>Notes the indices of what a transaction has put in place.</summary>
    public void Learn(Transaction transaction, Configuration configuration, ulong generation)
    {
        transaction.Vrfs.ForEach(vrf => Learn(configuration.Vrfs.GetValueOrDefault(vrf.Id), generation));
        transaction.Vifs.ForEach(vif => Learn(configuration.Vifs.GetValueOrDefault(vif.Id), generation));
        transaction.NextHops.ForEach(nextHop => Learn(configuration.NextHops.GetValueOrDefault(nextHop.Id), generation));
    }

    /// <summary>The vif of an index, or the last one that had it; 0 = none.</summary>
    public VifId Vif(int index) => new(_vifs.Find(index));

    /// <summary>The vif of an index under a generation; 0 = none.</summary>
    public VifId Vif(int index, uint generation) => new(_vifs.Find(index, generation));

    /// <summary>The VRF of an index under a generation.</summary>
    public VrfId Vrf(int index, uint generation) => new(_vrfs.Find(index, generation));

    /// <summary>The next hop of an index under a generation; 0 = none, or one without an id.</summary>
    public NextHopId NextHop(int index, uint generation) => new(_nextHops.Find(index, generation));

    private void Learn(VrfRecord? vrf, ulong generation)
    {
        if (vrf is not null)
        {
            _vrfs.Set(vrf.Index, vrf.Spec.Id.Value, generation);
        }
    }

    private void Learn(VifRecord? vif, ulong generation)
    {
        if (vif is not null)
        {
            _vifs.Set(vif.Index, vif.Spec.Id.Value, generation);

            // Derived next hops have no id.
            _nextHops.Set(vif.NextHop, 0, generation);
            _nextHops.Set(vif.Connected, 0, generation);
        }
    }

    private void Learn(NextHopRecord? nextHop, ulong generation)
    {
        if (nextHop is not null)
        {
            _nextHops.Set(nextHop.Index, nextHop.Spec.Id.Value, generation);
        }
    }
}

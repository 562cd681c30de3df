using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>The configuration as it would be after a transaction: what exists then, without having changed anything.</summary>
internal sealed class Draft
{
    private readonly Configuration _configuration;
    private readonly Transaction _transaction;
    private readonly HashSet<VrfId> _deletedVrfs = [];
    private readonly HashSet<VifId> _deletedVifs = [];
    private readonly HashSet<NextHopId> _deletedNextHops = [];
    private readonly HashSet<SecurityGroupId> _deletedGroups = [];
    private readonly HashSet<SecurityGroupId> _groups = [];
    private readonly Dictionary<VrfId, Vrf> _vrfs = [];
    private readonly Dictionary<VifId, Vif> _vifs = [];
    private readonly Dictionary<NextHopId, NextHop> _nextHops = [];

    public Draft(Configuration configuration, Transaction transaction)
    {
        _configuration = configuration;
        _transaction = transaction;

        foreach (ObjectKey key in transaction.Deletes)
        {
            _ = key.Kind switch
            {
                ObjectKind.Vrf => _deletedVrfs.Add(new VrfId(key.Id)),
                ObjectKind.Vif => _deletedVifs.Add(new VifId(key.Id)),
                ObjectKind.NextHop => _deletedNextHops.Add(new NextHopId(key.Id)),
                ObjectKind.SecurityGroup => _deletedGroups.Add(new SecurityGroupId(key.Id)),
                _ => false,
            };
        }

        transaction.Vrfs.ForEach(vrf => _vrfs.TryAdd(vrf.Id, vrf));
        transaction.Vifs.ForEach(vif => _vifs.TryAdd(vif.Id, vif));
        transaction.NextHops.ForEach(nextHop => _nextHops.TryAdd(nextHop.Id, nextHop));
        transaction.SecurityGroups.ForEach(group => _groups.Add(group.Id));
    }

    public bool Has(VrfId id) => id.Value == 0 || _vrfs.ContainsKey(id) || (_configuration.Vrfs.ContainsKey(id) && !_deletedVrfs.Contains(id));

    public bool Has(VifId id) => Find(id) is not null;

    public bool Has(NextHopId id) => Find(id) is not null;

    public bool Has(SecurityGroupId id) => _groups.Contains(id) || (_configuration.Policies.Find(id) is not null && !_deletedGroups.Contains(id));

    public Vif? Find(VifId id) =>
        _vifs.TryGetValue(id, out Vif? vif) ? vif
        : _configuration.Vifs.TryGetValue(id, out VifRecord? record) && !_deletedVifs.Contains(id) ? record.Spec
        : null;

    public NextHop? Find(NextHopId id) =>
        _nextHops.TryGetValue(id, out NextHop? nextHop) ? nextHop
        : _configuration.NextHops.TryGetValue(id, out NextHopRecord? record) && !_deletedNextHops.Contains(id) ? record.Spec
        : null;

    /// <summary>All next hops that will be there.</summary>
    public IEnumerable<NextHop> NextHops => _nextHops.Values.Concat(_configuration.NextHops.Values
        .Select(record => record.Spec)
        .Where(nextHop => !_nextHops.ContainsKey(nextHop.Id) && !_deletedNextHops.Contains(nextHop.Id)));

    /// <summary>All vifs that will be there.</summary>
    public IEnumerable<Vif> Vifs => _vifs.Values.Concat(_configuration.Vifs.Values
        .Select(record => record.Spec)
        .Where(vif => !_vifs.ContainsKey(vif.Id) && !_deletedVifs.Contains(vif.Id)));

    /// <summary>The source NATs that will be there as they are.</summary>
    public IEnumerable<SourceNat> OtherSourceNats
    {
        get
        {
            HashSet<ObjectKey> named = [.. _transaction.SourceNats.Select(nat => ObjectKey.Of(nat.Id)), .. _transaction.Deletes];
            return _configuration.SourceNats.Values.Where(nat => !named.Contains(ObjectKey.Of(nat.Id)));
        }
    }

    /// <summary>VRFs, vifs and next hops that will be gone.</summary>
    public IEnumerable<VrfId> GoneVrfs => _deletedVrfs.Where(id => _configuration.Vrfs.ContainsKey(id) && !Has(id));

    /// <summary>Vifs that will be gone.</summary>
    public IEnumerable<VifId> GoneVifs => _deletedVifs.Where(id => _configuration.Vifs.ContainsKey(id) && !Has(id));

    /// <summary>Next hops that will be gone.</summary>
    public IEnumerable<NextHopId> GoneNextHops => _deletedNextHops.Where(id => _configuration.NextHops.ContainsKey(id) && !Has(id));

    /// <summary>Security groups that will be gone.</summary>
    public IEnumerable<SecurityGroupId> GoneGroups => _deletedGroups.Where(id => _configuration.Policies.Find(id) is not null && !Has(id));

    /// <summary>The vif that this label will lead to as its own.</summary>
    public VifId? FindLabelOwner(MplsLabel label) =>
        _configuration.VifLabels.TryGetValue(label, out VifId owner) && Find(owner)?.Label == label ? owner : null;
}

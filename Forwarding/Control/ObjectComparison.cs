using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Finds out which objects a transaction is about to change. It looks everything up a second time, and so is asked only where somebody
/// wants to know.
/// </summary>
internal sealed class ObjectComparison(Tables tables)
{
    private readonly Configuration _configuration = tables.Configuration;

    /// <summary>The objects of a valid transaction that are new, or other than they are now.</summary>
    public IEnumerable<ObjectKey> Applied(Transaction transaction) =>
        Keys(transaction.Vrfs, vrf => ObjectKey.Of(vrf.Id), IsAsItIs)
            .Concat(Keys(transaction.Vifs, vif => ObjectKey.Of(vif.Id), IsAsItIs))
            .Concat(Keys(transaction.NextHops, nextHop => ObjectKey.Of(nextHop.Id), IsAsItIs))
            .Concat(Keys(transaction.Routes, route => ObjectKey.Of(route.Vrf, route.Prefix), IsAsItIs))
            .Concat(Keys(transaction.Labels, label => ObjectKey.Of(label.Label), IsAsItIs))
            .Concat(Keys(transaction.Vnis, vni => ObjectKey.Of(vni.Vni), IsAsItIs))
            .Concat(Keys(transaction.SecurityGroups, group => ObjectKey.Of(group.Id), IsAsItIs))
            .Concat(Keys(transaction.FloatingIps, ip => ObjectKey.Of(ip.Vrf, ip.Address), IsAsItIs))
            .Concat(Keys(transaction.SourceNats, nat => ObjectKey.Of(nat.Id), IsAsItIs));

    /// <summary>The objects that a valid transaction deletes, and that are there.</summary>
    public IEnumerable<ObjectKey> Deleted(Transaction transaction) => transaction.Deletes.Where(IsThere);

    /// <summary>Whether a valid transaction has other settings.</summary>
    public bool ChangesSettings(Transaction transaction) => transaction.Settings is { } settings && settings != _configuration.Settings;

    /// <summary>What would become of a valid transaction.</summary>
    public ApplyResult Preview(Transaction transaction, ulong generation)
    {
        List<ObjectKey> applied = [.. Applied(transaction)];
        int settings = transaction.Settings is null ? 0 : 1;
        int changedSettings = ChangesSettings(transaction) ? 1 : 0;
        int changed = applied.Count(IsThere);
        int unchanged = transaction.Puts.Count() - applied.Count + settings - changedSettings;

        return new ApplyResult(generation, applied.Count - changed, changed + changedSettings, Deleted(transaction).Count(), unchanged, []);
    }

    /// <summary>Adds what a valid transaction really changes to another one: nothing that is as it was.</summary>
    public void AddDifferences(Transaction transaction, Transaction differences)
    {
        differences.Settings = ChangesSettings(transaction) ? transaction.Settings : null;
        differences.Deletes.AddRange(Deleted(transaction));

        AddDifferences(transaction.Vrfs, differences.Vrfs, IsAsItIs);
        AddDifferences(transaction.Vifs, differences.Vifs, IsAsItIs);
        AddDifferences(transaction.NextHops, differences.NextHops, IsAsItIs);
        AddDifferences(transaction.Routes, differences.Routes, IsAsItIs);
        AddDifferences(transaction.Labels, differences.Labels, IsAsItIs);
        AddDifferences(transaction.Vnis, differences.Vnis, IsAsItIs);
        AddDifferences(transaction.SecurityGroups, differences.SecurityGroups, IsAsItIs);
        AddDifferences(transaction.FloatingIps, differences.FloatingIps, IsAsItIs);
        AddDifferences(transaction.SourceNats, differences.SourceNats, IsAsItIs);
    }

    private static void AddDifferences<T>(List<T> objects, List<T> differences, Func<T, bool> isAsItIs)
    {
        foreach (T item in objects)
        {
            if (!isAsItIs(item))
            {
                differences.Add(item);
            }
        }
    }

    private bool IsAsItIs(Vrf vrf) => _configuration.Vrfs.GetValueOrDefault(vrf.Id)?.Spec == vrf;

    private bool IsAsItIs(Vif vif) => _configuration.Vifs.GetValueOrDefault(vif.Id)?.Spec == vif;

    private bool IsAsItIs(NextHop nextHop) => _configuration.NextHops.GetValueOrDefault(nextHop.Id)?.Spec == nextHop;

    private bool IsAsItIs(Route route) => Exporter.FindRoute(tables, route.Vrf, route.Prefix) == route;

    private bool IsAsItIs(LabelEntry label) => _configuration.Labels.GetValueOrDefault(label.Label) == label;

    private bool IsAsItIs(VniEntry vni) => _configuration.Vnis.GetValueOrDefault(vni.Vni) == vni;

    private bool IsAsItIs(SecurityGroup group) => _configuration.Policies.Find(group.Id) == group;

    private bool IsAsItIs(FloatingIp ip) => _configuration.FloatingIps.GetValueOrDefault((ip.Vrf, ip.Address))?.Spec == ip;

    private bool IsAsItIs(SourceNat nat) => _configuration.SourceNats.GetValueOrDefault(nat.Id) == nat;

    private bool IsThere(ObjectKey key) => key.Kind switch
    {
        ObjectKind.Vrf => _configuration.Vrfs.ContainsKey(new(key.Id)),
        ObjectKind.Vif => _configuration.Vifs.ContainsKey(new(key.Id)),
        ObjectKind.NextHop => _configuration.NextHops.ContainsKey(new(key.Id)),
        ObjectKind.Route => Exporter.FindRoute(tables, new(key.Id), key.Prefix) is not null,
        ObjectKind.Label => _configuration.Labels.ContainsKey(new(key.Id)),
        ObjectKind.Vni => _configuration.Vnis.ContainsKey(new(key.Id)),
        ObjectKind.SecurityGroup => _configuration.Policies.Find(new(key.Id)) is not null,
        ObjectKind.FloatingIp => _configuration.FloatingIps.ContainsKey((new(key.Id), key.Prefix.Address)),
        ObjectKind.SourceNat => _configuration.SourceNats.ContainsKey(new(key.Id)),
        _ => false,
    };

    private static IEnumerable<ObjectKey> Keys<T>(List<T> objects, Func<T, ObjectKey> keyOf, Func<T, bool> isAsItIs) =>
        objects.Where(item => !isAsItIs(item)).Select(keyOf);
}

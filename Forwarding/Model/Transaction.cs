using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Changes that take effect together or not at all. An object applied again replaces the one with its key;
/// an equal one changes nothing. Deletes are carried out before upserts.
/// </summary>
public sealed class Transaction
{
    /// <summary>New settings; null keeps them.</summary>
    public Settings? Settings { get; set; }

    /// <summary>VRFs to be there.</summary>
    public List<Vrf> Vrfs { get; init; } = [];

    /// <summary>Vifs to be there.</summary>
    public List<Vif> Vifs { get; init; } = [];

    /// <summary>Next hops to be there.</summary>
    public List<NextHop> NextHops { get; init; } = [];

    /// <summary>Routes to be there.</summary>
    public List<Route> Routes { get; init; } = [];

    /// <summary>Labels to be there.</summary>
    public List<LabelEntry> Labels { get; init; } = [];

    /// <summary>VNIs to be there.</summary>
    public List<VniEntry> Vnis { get; init; } = [];

    /// <summary>Security groups to be there.</summary>
    public List<SecurityGroup> SecurityGroups { get; init; } = [];

    /// <summary>Floating IPs to be there.</summary>
    public List<FloatingIp> FloatingIps { get; init; } = [];

    /// <summary>Source NATs to be there.</summary>
    public List<SourceNat> SourceNats { get; init; } = [];

    /// <summary>Objects to be gone; one that is not there is no problem.</summary>
    public List<ObjectKey> Deletes { get; init; } = [];

    /// <summary>How many objects it names.</summary>
    public int Count => Vrfs.Count + Vifs.Count + NextHops.Count + Routes.Count + Labels.Count + Vnis.Count + SecurityGroups.Count + FloatingIps.Count + SourceNats.Count + Deletes.Count;

    /// <summary>The objects to be there; the settings have no key.</summary>
    public IEnumerable<ObjectKey> Puts => Vrfs.Select(vrf => ObjectKey.Of(vrf.Id))
        .Concat(Vifs.Select(vif => ObjectKey.Of(vif.Id)))
        .Concat(NextHops.Select(nextHop => ObjectKey.Of(nextHop.Id)))
        .Concat(Routes.Select(route => ObjectKey.Of(route.Vrf, route.Prefix)))
        .Concat(Labels.Select(label => ObjectKey.Of(label.Label)))
        .Concat(Vnis.Select(vni => ObjectKey.Of(vni.Vni)))
        .Concat(SecurityGroups.Select(group => ObjectKey.Of(group.Id)))
        .Concat(FloatingIps.Select(floatingIp => ObjectKey.Of(floatingIp.Vrf, floatingIp.Address)))
        .Concat(SourceNats.Select(nat => ObjectKey.Of(nat.Id)));

    /// <summary>Makes it an empty one, to be used again.</summary>
    public void Clear()
    {
        Settings = null;
        Vrfs.Clear();
        Vifs.Clear();
        NextHops.Clear();
        Routes.Clear();
        Labels.Clear();
        Vnis.Clear();
        SecurityGroups.Clear();
        FloatingIps.Clear();
        SourceNats.Clear();
        Deletes.Clear();
    }
}

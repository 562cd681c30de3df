using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What is configured, by key. Only the control side reads and writes it, under its lock.</summary>
internal sealed class Configuration
{
    public Settings Settings { get; set; } = new();

    public Dictionary<VrfId, VrfRecord> Vrfs { get; } = [];

    public Dictionary<VifId, VifRecord> Vifs { get; } = [];

    /// <summary>The FABRIC vifs among them, by id.</summary>
    public SortedList<uint, VifRecord> Fabrics { get; } = [];

    /// <summary>The HOST vif among them; null = none.</summary>
    public VifRecord? Host { get; set; }

    public Dictionary<NextHopId, NextHopRecord> NextHops { get; } = [];

    public Dictionary<MplsLabel, LabelEntry> Labels { get; } = [];

    public Dictionary<Vni, VniEntry> Vnis { get; } = [];

    public Dictionary<(VrfId Vrf, IpAddress Address), FloatingIpRecord> FloatingIps { get; } = [];

    public Dictionary<SourceNatId, SourceNat> SourceNats { get; } = [];

    /// <summary>How many objects there are, routes apart.</summary>
    public int ObjectCount => Vrfs.Count + Vifs.Count + NextHops.Count + Labels.Count + Vnis.Count + FloatingIps.Count + SourceNats.Count + Policies.GroupCount;

    /// <summary>The vifs that labels of their own lead to.</summary>
    public Dictionary<MplsLabel, VifId> VifLabels { get; } = [];

    /// <summary>Configured next hops by the index that routes hold; derived ones are not in it.</summary>
    public Dictionary<int, NextHopRecord> NextHopsByIndex { get; } = [];

    /// <summary>The security groups, and what they say of the sets of them that vifs have.</summary>
    public PolicyStore Policies { get; } = new();

    /// <summary>The sets of security groups that routes and vifs name.</summary>
    public GroupSets GroupSets { get; } = new();
}

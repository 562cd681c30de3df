using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>What a data plane counts at one moment.</summary>
internal sealed record MetricSnapshot(Counters Counters, IReadOnlyList<VifLink> Links, long Faults)
{
    private readonly Dictionary<VifId, string> _names = Links.ToDictionary(link => link.Vif, link => link.Name);

    public static MetricSnapshot Take(DataPlane dataPlane) => new(dataPlane.ReadCounters(), dataPlane.ReadLinks(), dataPlane.Faults);

    /// <summary>What a vif is called; empty when it has no name, or is gone by now.</summary>
    public string NameOf(VifId vif) => _names.GetValueOrDefault(vif, "");
}

using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Control;

/// <summary>Comparing states by what they export.</summary>
internal static class States
{
    /// <summary>Every object of a state, one a line.</summary>
    public static List<string> Lines(Transaction state) =>
    [
        $"{state.Settings}",
        .. state.Vrfs.Select(vrf => $"{vrf}"),
        .. state.Vifs.Select(vif => $"{vif}"),
        .. state.NextHops.Select(nextHop => $"{nextHop}"),
        .. state.Routes.Select(route => $"{route}"),
        .. state.Labels.Select(label => $"{label}"),
        .. state.Vnis.Select(vni => $"{vni}"),
        .. state.SecurityGroups.Select(group => $"{group}"),
        .. state.FloatingIps.Select(floatingIp => $"{floatingIp}"),
        .. state.SourceNats.Select(nat => $"{nat}"),
    ];

    public static List<string> Lines(DataPlane plane) => Lines(plane.Export(derived: true));

    public static void AssertApplied(ApplyResult result, int added = 0, int changed = 0, int removed = 0, int unchanged = 0)
    {
        Assert.That(result.Problems, Is.Empty);
        Assert.That((result.Added, result.Changed, result.Removed, result.Unchanged), Is.EqualTo((added, changed, removed, unchanged)));
    }
}

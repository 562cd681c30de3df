using VRouter.Flow;

namespace VRouter.Tests.Unit.Policy;

/// <summary>What became of a probe, and by which rule: "7/web" is the rule web of group 7; null = no rule.</summary>
internal sealed record Decision(bool IsAllowed, string? Rule)
{
    public static string NameOf(SecurityGroupId group, string rule) => $"{group}/{rule}";

    /// <summary>What a policy says, by the names of its store.</summary>
    public static Decision Of(CompiledPolicy policy, RuleNames names, Probe probe)
    {
        PolicyVerdict verdict = policy.Decide(probe.Query);
        return new Decision(verdict.IsAllowed, names.Find(verdict.Rule) is { } name ? NameOf(name.Group, name.Rule) : null);
    }
}

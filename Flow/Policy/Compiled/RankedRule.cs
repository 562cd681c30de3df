namespace VRouter.Flow;

/// <summary>What is needed of a rule that has matched: where it stands among others, what it does, and its number.</summary>
internal readonly record struct RankedRule(uint Priority, RuleAction Action, SecurityGroupId Group, RuleNumber Number)
{
    public static RankedRule Of(NamedRule rule) => new(rule.Rule.Priority, rule.Rule.Action, rule.Name.Group, rule.Name.Number);

    public bool IsAllow => Action == RuleAction.Allow;

    /// <summary>Lowest priority, then DENY, then the lower group: the last only so that one rule is named whatever was compiled with what.</summary>
    public bool GoesBefore(in RankedRule other) =>
        Precedence != other.Precedence ? Precedence < other.Precedence : Group.Value < other.Group.Value;

    private ulong Precedence => (ulong)Priority << 1 | (IsAllow ? 1u : 0u);
}

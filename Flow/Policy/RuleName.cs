namespace VRouter.Flow;

/// <summary>A rule as people know it: its group, and its id there ("rules[3]" for the fourth where it has none).</summary>
public sealed record RuleName(RuleNumber Number, SecurityGroupId Group, string Rule);

namespace VRouter.Flow;

/// <summary>A rule and the name it has in the books.</summary>
internal readonly record struct NamedRule(SecurityRule Rule, RuleName Name);

namespace VRouter.Flow;

/// <summary>Whether a packet may pass, and the rule that said so; none where no rule matched, or where the interface is open.</summary>
public readonly record struct PolicyVerdict(bool IsAllowed, RuleNumber Rule);

namespace VRouter.Flow;

/// <summary>What a rule does to a packet that it matches; the numbers of the contract.</summary>
public enum RuleAction
{
    /// <summary>Lets it pass.</summary>
    Allow,

    /// <summary>Drops it.</summary>
    Deny,
}

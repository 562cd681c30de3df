namespace VRouter.Flow;

/// <summary>Which packets a rule judges, as the guest sees them; the numbers of the contract.</summary>
public enum RuleDirection
{
    /// <summary>Not said; refused.</summary>
    Unspecified,

    /// <summary>Those that the guest receives.</summary>
    Ingress,

    /// <summary>Those that the guest sends.</summary>
    Egress,
}

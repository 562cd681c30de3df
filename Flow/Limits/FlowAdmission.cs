namespace VRouter.Flow;

/// <summary>Whether one more flow may be set up.</summary>
public enum FlowAdmission
{
    /// <summary>It may.</summary>
    Granted,

    /// <summary>There are as many as the vRouter may have.</summary>
    TableFull,

    /// <summary>There are as many as its vif may have.</summary>
    VifFull,
}

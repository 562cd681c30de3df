namespace VRouter.ControlSdk;

/// <summary>What became of bringing a vRouter where it is wanted.</summary>
/// <param name="InstanceId">Of the vRouter's start.</param>
/// <param name="Changes">Objects that were other than wanted.</param>
/// <param name="Failure">Why it is not there; null = it is.</param>
public sealed record DesiredStateReport(string InstanceId, long Changes, Exception? Failure)
{
    /// <summary>Whether the vRouter is where it is wanted.</summary>
    public bool IsThere => Failure is null;
}

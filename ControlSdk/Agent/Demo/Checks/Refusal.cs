namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Why something must not get where it goes, and as what its packets must be found on record.</summary>
/// <param name="Words">For people.</param>
/// <param name="DropReason">The reason for which the vRouter drops it.</param>
internal sealed record Refusal(string Words, string DropReason)
{
    /// <summary>The sender's network has no route there.</summary>
    public static readonly Refusal Isolated = new("isolated", "NoRoute");

    /// <summary>A security group does not let it in.</summary>
    public static readonly Refusal Denied = new("denied by a security group", "SecurityGroupDenied");

    /// <summary>The floating IP has no such port.</summary>
    public static readonly Refusal Unmapped = new("not a port of the service", "FloatingIpPortUnmapped");

    /// <summary>All there are.</summary>
    public static readonly IReadOnlyList<Refusal> All = [Isolated, Denied, Unmapped];
}

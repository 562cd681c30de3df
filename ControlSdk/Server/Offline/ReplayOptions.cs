namespace VRouter.ControlSdk.Server;

/// <summary>What to replay.</summary>
public sealed record ReplayOptions
{
    /// <summary>The configuration at the start; its ports are ignored.</summary>
    public required V1.Config Config { get; init; }

    /// <summary>What problems of the configuration are told under: its file.</summary>
    public required string ConfigName { get; init; }

    /// <summary>The captures, and the interfaces their packets arrive at. Equal times: in this order.</summary>
    public required IReadOnlyList<ReplaySource> Sources { get; init; }

    /// <summary>Requests that are applied on the way. Equal times: in this order.</summary>
    public IReadOnlyList<ReplayRequest> Requests { get; init; } = [];

    /// <summary>How far the clock runs on after the last packet or request.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The data plane's workers; the output does not depend on them.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Where the output goes.</summary>
    public required string Output { get; init; }
}

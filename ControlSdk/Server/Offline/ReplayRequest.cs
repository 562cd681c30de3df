namespace VRouter.ControlSdk.Server;

/// <summary>A request that is applied when the clock is that far behind the first packet.</summary>
/// <param name="Nanoseconds">How far.</param>
/// <param name="Name">What its problems are told under: its file.</param>
/// <param name="Request">The request.</param>
public sealed record ReplayRequest(long Nanoseconds, string Name, V1.ApplyRequest Request);

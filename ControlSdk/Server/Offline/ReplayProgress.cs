namespace VRouter.ControlSdk.Server;

/// <summary>How far a replay is.</summary>
/// <param name="Packets">Packets that have arrived.</param>
/// <param name="Elapsed">How far the virtual clock has run.</param>
public readonly record struct ReplayProgress(long Packets, TimeSpan Elapsed);

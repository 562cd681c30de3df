namespace VRouter.ControlSdk.Cli;

/// <summary>Drops for one reason: a second, and since the start.</summary>
internal sealed record DropRates(string Reason, double Packets, ulong Total);

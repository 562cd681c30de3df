namespace VRouter.ControlSdk.Cli;

/// <summary>A worker's work a second.</summary>
/// <param name="Worker">Which.</param>
/// <param name="Busy">The share of its time that it spent with packets, 0 to 1.</param>
/// <param name="Packets">Packets.</param>
/// <param name="PacketsPerBatch">How many came together.</param>
/// <param name="HandedOff">Packets that other workers went on with.</param>
internal sealed record WorkerRates(uint Worker, double Busy, double Packets, double PacketsPerBatch, double HandedOff);

namespace VRouter.ControlSdk.Cli;

/// <summary>An interface's traffic a second, and what waits there now.</summary>
internal sealed record InterfaceRates(uint Interface, double RxPackets, double RxBits, double TxPackets, double TxBits, double Drops, ulong Held);

namespace VRouter.Forwarding;

/// <summary>A packet that has come in, and what was about to happen to it.</summary>
/// <param name="Time">When.</param>
/// <param name="Vif">Where.</param>
/// <param name="Packet">Ethernet without FCS, as it came.</param>
/// <param name="Trace">Step by step what happens to it.</param>
/// <param name="Lost">Packets before this one that were wanted too, and came too fast to be explained.</param>
public sealed record TracedPacket(DateTimeOffset Time, VifId Vif, ReadOnlyMemory<byte> Packet, TraceResult Trace, long Lost);

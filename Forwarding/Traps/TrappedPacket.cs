namespace VRouter.Forwarding;

/// <summary>A packet that a program is to serve: it went nowhere else.</summary>
/// <param name="Time">When it came.</param>
/// <param name="Vif">Where it came in.</param>
/// <param name="Reason">Why the program has it.</param>
/// <param name="Packet">The frame as it came in, its checksums completed.</param>
/// <param name="Lost">How many came before it that there was no more room for.</param>
public sealed record TrappedPacket(DateTimeOffset Time, VifId Vif, TrapReason Reason, ReadOnlyMemory<byte> Packet, long Lost);

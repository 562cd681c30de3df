namespace VRouter.Forwarding;

/// <summary>A packet that would leave.</summary>
public sealed record TraceOutput(VifId Vif, ReadOnlyMemory<byte> Packet);

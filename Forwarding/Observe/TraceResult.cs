namespace VRouter.Forwarding;

/// <summary>What would happen to a packet, step by step.</summary>
public sealed record TraceResult(IReadOnlyList<TraceStep> Steps, IReadOnlyList<TraceOutput> Outputs, DropReason DropReason);

namespace VRouter.Forwarding;

/// <summary>A flow that began or ended.</summary>
/// <param name="Kind">Which of both.</param>
/// <param name="Time">When.</param>
/// <param name="Records">Its directions as they were then, that of the first packet first. A flow whose directions share a key has one.</param>
public sealed record FlowEvent(FlowEventKind Kind, DateTimeOffset Time, IReadOnlyList<FlowRecord> Records);

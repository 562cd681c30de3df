namespace VRouter.Forwarding;

/// <summary>What was taken of the events of flows.</summary>
/// <param name="Events">In the order of time.</param>
/// <param name="Lost">How many more there would have been, had somebody taken them earlier: list the flows again.</param>
public sealed record FlowEvents(IReadOnlyList<FlowEvent> Events, long Lost);

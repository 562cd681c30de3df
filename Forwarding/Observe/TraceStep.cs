namespace VRouter.Forwarding;

/// <summary>One decision on a packet's walk: the stage, what it found, and the object and rule that decided.</summary>
public sealed record TraceStep(string Stage, string Detail, ObjectKey Object = default, string RuleId = "");

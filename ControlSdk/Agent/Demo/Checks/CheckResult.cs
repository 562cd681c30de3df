namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A check and how it ended.</summary>
internal sealed record CheckResult(Check Check, Outcome Outcome);

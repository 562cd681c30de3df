namespace VRouter.ControlSdk.Agent;

/// <summary>A file for a moment, as in <c>--apply 2.5=FILE</c>.</summary>
internal sealed record TimedFile(long Nanoseconds, string Path);

namespace VRouter.ControlSdk.Server;

/// <summary>A capture file whose packets arrive at an interface.</summary>
public sealed record ReplaySource(uint Interface, string Path);

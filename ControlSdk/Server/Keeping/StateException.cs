namespace VRouter.ControlSdk.Server;

/// <summary>A state cannot be kept, or what was kept cannot be read: which file, and what to do about it.</summary>
public sealed class StateException(string message, Exception? inner = null) : IOException(message, inner);

namespace VRouter.Forwarding;

/// <summary>A file that is not a capture we can read. The message names the file and the place.</summary>
public sealed class CaptureException(string message) : IOException(message);

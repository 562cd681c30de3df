using Microsoft.Extensions.Logging;

namespace VRouter.ControlSdk.Server;

/// <summary>What is said of the state that is kept.</summary>
internal static partial class StateLog
{
    [LoggerMessage(120, LogLevel.Information, "{File}: {Objects} objects restored in {Milliseconds} ms")]
    public static partial void StateRestored(this ILogger log, string file, int objects, long milliseconds);

    [LoggerMessage(121, LogLevel.Warning, "{File}: its last {Bytes} bytes are of a change that was never finished, and are dropped; the state is that before it")]
    public static partial void StateTorn(this ILogger log, string file, long bytes);

    [LoggerMessage(122, LogLevel.Warning, "{Object} is restored without its port: {Problem}")]
    public static partial void RestoredWithoutPort(this ILogger log, string @object, string problem);

    [LoggerMessage(123, LogLevel.Debug, "{File} is written anew: {Bytes} bytes")]
    public static partial void StateRewritten(this ILogger log, string file, long bytes);

    [LoggerMessage(124, LogLevel.Warning, "{File} cannot be written anew and grows: {Problem}")]
    public static partial void StateNotRewritten(this ILogger log, string file, string problem);
}

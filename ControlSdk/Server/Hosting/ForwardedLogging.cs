using Microsoft.Extensions.Logging;

namespace VRouter.ControlSdk.Server;

/// <summary>Logs to the caller's loggers, and leaves them theirs.</summary>
internal sealed class ForwardedLogging(ILoggerFactory loggers) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

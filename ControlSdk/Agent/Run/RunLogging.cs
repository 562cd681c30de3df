using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace VRouter.ControlSdk.Agent;

/// <summary>Logging of `vrouter run`: a line an event on standard error; with priorities where systemd reads them.</summary>
internal static class RunLogging
{
    public static ILoggerFactory Create() => LoggerFactory.Create(logging =>
    {
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);

        // Set by systemd for services whose output goes to the journal (systemd.exec(5)).
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null)
        {
            logging.AddSystemdConsole();
        }
        else
        {
            logging.AddSimpleConsole(options => (options.SingleLine, options.UseUtcTimestamp, options.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ "));
        }
    });
}

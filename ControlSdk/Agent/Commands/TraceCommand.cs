using System.CommandLine;

namespace VRouter.ControlSdk.Agent;

/// <summary><c>vrouter trace</c>: what would happen to one packet, step by step.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var command = new Command("trace", "Says what would happen to one packet, step by step.");
        command.SetAction(RunAsync);

        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancel) =>
        throw new CommandException(ExitCode.Failed, "trace is not built yet");
}

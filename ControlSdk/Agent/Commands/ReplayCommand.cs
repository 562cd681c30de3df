using System.CommandLine;

namespace VRouter.ControlSdk.Agent;

/// <summary><c>vrouter replay</c>: packets from capture files through the whole data plane, on a virtual clock.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var command = new Command("replay", "Runs packets from capture files through the data plane: no network, no privileges, a virtual clock.");
        command.SetAction(RunAsync);

        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancel) =>
        throw new CommandException(ExitCode.Failed, "replay is not built yet");
}

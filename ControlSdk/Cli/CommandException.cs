namespace VRouter.ControlSdk.Cli;

/// <summary>Ends a command with an exit status and one line on standard error for each message.</summary>
internal sealed class CommandException(int exitCode, params IReadOnlyList<string> messages) : Exception(string.Join('\n', messages))
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Messages { get; } = messages;
}

using System.CommandLine;
using Grpc.Core;

namespace VRouter.ControlSdk.Cli;

/// <summary>Runs a command line. Whatever goes wrong becomes one line each on standard error and an exit status.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);

        if (parsed.Errors.Count > 0)
        {
            return Fail(ExitCode.Refused, parsed.Errors.Select(error => OnOneLine(error.Message)));
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (IOException e) when (StandardOutput.IsClosedBy(e))
        {
            // Whoever reads us has seen enough: "vrouterctl rt list | head".
            return ExitCode.Success;
        }
#pragma warning disable CA1031 // The last line of defence: a user sees a sentence, never a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            (int exitCode, IEnumerable<string> messages) = Describe(e, parsed.GetRequiredValue(GlobalOptions.Address));
            return Fail(parsed.CommandResult.Command is ComparingCommand ? ExitCode.Refused : exitCode, messages);
        }
    }

    private static (int ExitCode, IEnumerable<string> Messages) Describe(Exception failure, string address) => failure switch
    {
        CommandException e => (e.ExitCode, e.Messages),
        JsonContractException e => (ExitCode.Refused, e.Problems),
        RefusedException { Problems.Count: > 0 } e => (ExitCode.Refused, e.Problems.Select(ContractText.Describe)),
        RefusedException e => (ExitCode.Refused, [e.Message]),
        RpcException e => (CallFailure.ExitCodeOf(e), [CallFailure.Describe(e, address)]),
        OperationCanceledException => (ExitCode.Failed, ["interrupted"]),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, [failure.Message]),
        _ => (ExitCode.Failed, [$"a defect in vrouterctl ({failure.GetType().Name}): {failure.Message}"]),
    };

    private static string OnOneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static int Fail(int exitCode, IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            Console.Error.WriteLine($"vrouterctl: {message.ReplaceLineEndings(" ")}");
        }

        return exitCode;
    }
}

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
        catch (CommandException failure)
        {
            return Fail(failure.ExitCode, failure.Messages);
        }
        catch (JsonContractException refused)
        {
            return Fail(ExitCode.Refused, refused.Problems);
        }
        catch (RpcException failure)
        {
            return Fail(CallFailure.ExitCodeOf(failure), CallFailure.Describe(failure, parsed.GetRequiredValue(GlobalOptions.Address)));
        }
        catch (OperationCanceledException)
        {
            return Fail(ExitCode.Failed, ["interrupted"]);
        }
        catch (IOException e) when (StandardOutput.IsClosedBy(e))
        {
            // Whoever reads us has seen enough: "vrouterctl rt list | head".
            return ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return Fail(ExitCode.Failed, [e.Message]);
        }
#pragma warning disable CA1031 // The last line of defence: a user sees a sentence, never a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Fail(ExitCode.Failed, [$"a defect in vrouterctl ({e.GetType().Name}): {e.Message}"]);
        }
    }

    private static string OnOneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static int Fail(int exitCode, IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            Console.Error.WriteLine($"vrouterctl: {message}");
        }

        return exitCode;
    }
}

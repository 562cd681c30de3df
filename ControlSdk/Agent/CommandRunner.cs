using System.CommandLine;
using VRouter.ControlSdk.Server;

namespace VRouter.ControlSdk.Agent;

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
        catch (RequestRefusedException refused)
        {
            return Fail(ExitCode.Refused, refused.Problems);
        }
        catch (JsonContractException refused)
        {
            return Fail(ExitCode.Refused, refused.Problems);
        }
        catch (OperationCanceledException)
        {
            return Fail(ExitCode.Failed, ["interrupted"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Failed, [e.Message]);
        }
#pragma warning disable CA1031 // The last line of defence: a user sees a sentence, never a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Fail(ExitCode.Failed, [$"a defect in vrouter ({e.GetType().Name}): {e.Message}"]);
        }
    }

    private static string OnOneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static int Fail(int exitCode, IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            Console.Error.WriteLine($"vrouter: {message}");
        }

        return exitCode;
    }
}

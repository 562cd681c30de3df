using System.Diagnostics;

namespace VRouter.Tests.Programs;

/// <summary>The built <c>vrouter</c>.</summary>
internal static class VrouterProgram
{
    /// <summary>Runs it to its end, with an end of file on its standard input.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Repository.OutputOf("ControlSdk/Agent", "vrouter"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}

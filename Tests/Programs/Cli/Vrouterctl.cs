using System.Diagnostics;

namespace VRouter.Tests.Programs.Cli;

/// <summary>The built `vrouterctl`.</summary>
internal static class Vrouterctl
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="address">Where the vRouter listens; what VROUTER_ADDRESS says.</param>
    /// <param name="input">What is on its standard input.</param>
    /// <param name="arguments">Its command line.</param>
    public static async Task<Answer> RunAsync(string address, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.OutputOf("ControlSdk/Cli", "vrouterctl"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["VROUTER_ADDRESS"] = address;
        using Process process = Process.Start(start)!;

        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Answer(process.ExitCode, output, await errors);
    }
}

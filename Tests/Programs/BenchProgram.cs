using System.Diagnostics;
using NUnit.Framework;

namespace VRouter.Tests.Programs;

/// <summary>vrouter-bench as its users run it.</summary>
internal static class BenchProgram
{
    /// <summary>Starts it; its standard output and error are the caller's to read.</summary>
    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Repository.OutputOf("Bench", "vrouter-bench"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Runs it to its end, asserts its exit status, and gives back what it wrote.</summary>
    public static string[] Run(int expectedStatus, params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.EqualTo(expectedStatus), errors.Result);

        if (expectedStatus != 0)
        {
            Assert.That(errors.Result, Is.Not.Empty);
        }

        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

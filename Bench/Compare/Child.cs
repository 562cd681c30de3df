using System.Diagnostics;
using System.Globalization;
using VRouter.Native;

namespace VRouter.Bench.Compare;

/// <summary>A program that we started in a network namespace; killed when disposed. Its output is read, so that it never waits for us.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    public Child(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, NetworkNamespace network)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        // A child is in the namespace of the thread that makes it.
        _process = network.Run(() => Process.Start(start)!);
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Waits for its end; its exit status and what it wrote.</summary>
    public (int Status, string Output, string Errors) WaitForExit()
    {
        _process.WaitForExit();
        return (_process.ExitCode, _output.Result, _errors.Result);
    }

    /// <summary>Sends it a signal, by its name without SIG.</summary>
    public void Signal(string signal)
    {
        // kill is a part of every shell, but not a program on every system.
        using Process shell = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {_process.Id}")]);
        shell.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

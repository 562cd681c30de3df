using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace VRouter.Tests.Programs.Agent;

/// <summary>A program of this build, `vrouter` if not another one, running: what it has said so far, and signals to it.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process = new();
    private readonly List<string> _lines = [];

    /// <summary>Starts `vrouter` in the network namespace of the calling thread.</summary>
    public RunningProgram(params string[] arguments) : this(Repository.OutputOf("ControlSdk/Agent", "vrouter"), arguments)
    {
    }

    private RunningProgram(string path, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        _process.StartInfo = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Starts `vrouter` with more in its environment.</summary>
    public static RunningProgram Vrouter(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(Repository.OutputOf("ControlSdk/Agent", "vrouter"), arguments, environment);

    /// <summary>Starts `vrouterctl`.</summary>
    public static RunningProgram Vrouterctl(params string[] arguments) => new(Repository.OutputOf("ControlSdk/Cli", "vrouterctl"), arguments);

    /// <summary>Starts any program.</summary>
    public static RunningProgram Of(string path, params string[] arguments) => new(path, arguments);

    /// <summary>Everything it has printed, on either stream.</summary>
    public string Text
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Bytes of memory that it really has.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Waits until it has printed this; fails with all it has printed.</summary>
    public void AssertSays(string text, double seconds = 30)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < seconds && !_process.HasExited; Thread.Sleep(10))
        {
            if (Text.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.That(Text, Does.Contain(text));
    }

    /// <summary>Waits for its end; fails with all it has printed when the status is another one.</summary>
    public void AssertExits(int status, double seconds = 30)
    {
        Assert.That(_process.WaitForExit(TimeSpan.FromSeconds(seconds)), Is.True, $"it runs on after {seconds} s: {Text}");
        _process.WaitForExit();     // and for the last lines
        Assert.That(_process.ExitCode, Is.EqualTo(status), Text);
    }

    /// <summary>Sends SIGTERM, SIGINT or SIGHUP.</summary>
    public void Send(PosixSignal signal)
    {
        string name = signal.ToString()["SIG".Length..];
        using Process kill = Process.Start("sh", ["-c", $"kill -{name} {Id}"]);
        kill.WaitForExit();
    }

    /// <summary>SIGKILL: no code of its own runs any more.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}

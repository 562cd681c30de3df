using System.Diagnostics;
using VRouter.ControlSdk.Server;

namespace VRouter.ControlSdk.Agent;

/// <summary>One line on a terminal's standard error that says how far the replay is; nothing where nobody looks.</summary>
internal sealed class ReplayProgressLine : IProgress<ReplayProgress>, IDisposable
{
    private const int ReportsBetweenLooks = 256;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private long _written = Stopwatch.GetTimestamp();
    private int _reports;
    private bool _isShown;

    public void Report(ReplayProgress value)
    {
        if (!_isTerminal || ++_reports % ReportsBetweenLooks != 0 || Stopwatch.GetElapsedTime(_written) < s_interval)
        {
            return;
        }

        _written = Stopwatch.GetTimestamp();
        _isShown = true;
        Console.Error.Write(string.Create(null, $"\r{value.Packets:N0} packets, {value.Elapsed.TotalSeconds:N1} s of the capture"));
    }

    /// <summary>Takes the line away, so that what follows starts on a clean one.</summary>
    public void Clear()
    {
        if (_isShown)
        {
            Console.Error.Write("\r\e[K");
            _isShown = false;
        }
    }

    public void Dispose() => Clear();
}

using System.Diagnostics;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Pipelines;

/// <summary>Applies small transactions one by one, so many a second, on a thread and a processor of its own.</summary>
internal sealed class Changes(DataPlane dataPlane, int perSecond, Func<int, Transaction> change)
{
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(1);

    private Thread? _thread;
    private volatile bool _stop;
    private Exception? _failure;

    /// <summary>How many were applied.</summary>
    public int Applied { get; private set; }

    /// <summary>Begins.</summary>
    public void Start()
    {
        _stop = false;
        _thread = new Thread(Run);
        _thread.Start();
    }

    /// <summary>Ends; what was being applied is.</summary>
    public void Stop()
    {
        _stop = true;
        _thread?.Join();

        if (_failure is not null)
        {
            throw new BenchException($"a change failed: {_failure}");
        }
    }

    private void Run()
    {
        try
        {
            CpuAffinity.PinCurrentThread(CpuAffinity.Usable()[0]);
            long start = Stopwatch.GetTimestamp();

            for (int done = 0; !_stop; Thread.Sleep(s_rest))
            {
                for (int due = (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond); done < due && !_stop; done++)
                {
                    Apply();
                }
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    private void Apply()
    {
        ApplyResult result = dataPlane.Apply(change(Applied));

        if (!result.IsApplied)
        {
            throw new BenchException($"refused: {string.Join("; ", result.Problems)}");
        }

        Applied++;
    }
}

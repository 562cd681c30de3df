using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using VRouter.ControlSdk.Server;
using VRouter.ControlSdk.V1;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.ControlSdk.Agent;

/// <summary>A running vRouter: the data plane, its configuration file, and what is logged about both.</summary>
internal sealed class VRouterRun : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly RunOptions _options;
    private readonly ILogger _log;
    private readonly Config? _wanted;
    private readonly KeptState _state;
    private readonly DataPlane _dataPlane;
    private readonly LinkWatch _links;
    private readonly ControlDoors _doors;
    private readonly MetricsDoors _metrics;
    private readonly int _hugePagesBefore = HugePages.Total;

    /// <summary>Reads the file and makes the data plane; no packet is taken yet.</summary>
    /// <exception cref="CommandException">The file is refused.</exception>
    public VRouterRun(RunOptions options, ILoggerFactory logging)
    {
        _options = options;
        _log = logging.CreateLogger("vrouter");
        _wanted = options.Config is null ? null : ReadConfig(options.Config);

        _state = new KeptState(options, logging);

        ReserveHugePages();
        _dataPlane = new DataPlane(new DataPlaneOptions
        {
            Workers = options.Workers,
            Cpus = options.Cpus,
            Frames = FrameBudget.For(options.State is null ? _wanted : null),
            Pages = options.HugePagesMegabytes > 0 ? PageKind.Reserved : PageKind.Transparent,
        });
        _links = new LinkWatch(_dataPlane, _log);
        _doors = new ControlDoors(_dataPlane, _state.Directory, options, logging);
        _metrics = new MetricsDoors(_dataPlane, options, logging);
    }

    /// <summary>Brings back what was kept, opens the ports, programs everything, starts the workers and lets clients in.</summary>
    /// <exception cref="CommandException">The configuration is refused.</exception>
    /// <exception cref="SystemCallException">A device or a privilege is missing.</exception>
    /// <exception cref="IOException">The control service cannot listen where it was told to.</exception>
    public void Start()
    {
        _state.RestoreInto(_dataPlane);

        if (_wanted is not null && !_state.IsTaken(_options.Config!))
        {
            Program(_wanted);
        }

        _dataPlane.Start();
        _doors.Open();
        _metrics.Open();

        string interfaces = string.Join("; ", _links.Describe());
        _log.Ready(MillisecondsSinceStart, DescribeWorkers(), DescribeMemory(), _doors.Describe() + _metrics.Describe(), interfaces.Length == 0 ? "no interfaces" : interfaces);
    }

    /// <summary>Answers signals until one of them ends it, and looks after the links meanwhile.</summary>
    public void UntilStopped(Signals signals)
    {
        while (true)
        {
            switch (signals.Wait(s_look))
            {
                case null:
                    break;
                case PosixSignal.SIGHUP:
                    Reload();
                    break;
                case PosixSignal signal:
                    Stop(signal);
                    return;
            }

            _links.Look();
        }
    }

    public void Dispose()
    {
        _doors.Dispose();
        _metrics.Dispose();
        _dataPlane.Dispose();
        _state.Dispose();

        if (_options.HugePagesMegabytes > 0)
        {
            HugePages.Restore(_hugePagesBefore);
        }
    }

    private static long MillisecondsSinceStart => (long)(DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds;

    private void Program(Config wanted)
    {
        ProgramResult result = _dataPlane.Sync(wanted);

        if (!result.IsApplied)
        {
            throw new CommandException(ExitCode.Refused, [.. result.Messages.Select(message => $"{_options.Config}: {message}")]);
        }

        _state.Take(_options.Config!);
    }

    private void Reload()
    {
        if (_options.Config is not { } file)
        {
            _log.NothingToReload();
            return;
        }

        try
        {
            Config wanted = ReadConfig(file);
            ProgramResult result = _doors.Sync(wanted);

            if (!result.IsApplied)
            {
                Refuse(file, result.Messages);
                return;
            }

            _state.Take(file);
            _log.Reloaded(file, result.Applied.Added, result.Applied.Changed, result.Applied.Removed, result.Applied.Unchanged);
        }
        catch (CommandException e)
        {
            Refuse(file, e.Messages);
        }
        catch (Exception e) when (e is SystemCallException or IOException or UnauthorizedAccessException)
        {
            Refuse(file, [e.Message]);
        }
    }

    private void Refuse(string file, IEnumerable<string> problems)
    {
        foreach (string problem in problems)
        {
            _log.ReloadRefused(file, problem);
        }
    }

    private static Config ReadConfig(string file)
    {
        try
        {
            return ConfigFile.Read(file);
        }
        catch (JsonContractException e)
        {
            throw new CommandException(ExitCode.Refused, e.Problems);
        }
    }

    private void Stop(PosixSignal signal)
    {
        _log.Stopping(signal.ToString());
        _doors.Dispose();
        _metrics.Dispose();
        _dataPlane.Stop();

        Forwarding.Counters counters = _dataPlane.ReadCounters();
        string reasons = string.Join(", ", counters.Drops.Select(drop => $"{drop.Key} {drop.Value}"));
        _log.Stopped(counters.Vifs.Sum(vif => vif.RxPackets), counters.Vifs.Sum(vif => vif.TxPackets), counters.Drops.Values.Sum(), reasons.Length == 0 ? "" : $" ({reasons})");

        if (!counters.IsBalanced)
        {
            _log.Unbalanced(counters.Imbalance);
        }
    }

    private void ReserveHugePages()
    {
        long wanted = (long)_options.HugePagesMegabytes << 20;

        if (wanted == 0)
        {
            return;
        }

        try
        {
            long got = HugePages.Reserve(wanted);

            if (got < wanted)
            {
                _log.FewHugePages(got >> 20, wanted >> 20);
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException(ExitCode.Failed, $"--huge-pages: only root may set pages aside: run as root, or do without. {e.Message}");
        }
    }

    private string DescribeWorkers() =>
        $"{_options.Workers} {(_options.Workers == 1 ? "worker" : "workers")}{(_options.Cpus.Count == 0 ? "" : $" on CPU {string.Join(',', _options.Cpus)}")}";

    private string DescribeMemory()
    {
        NativeRegion memory = _dataPlane.Frames.Region.Memory;
        return $"{memory.Length >> 20} MB of frames in {memory.Pages.ToString().ToLowerInvariant()} pages";
    }
}

using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// Packets from capture files through a whole data plane, with no network, on the clock of the captures. One packet walks at a
/// time, so the same input gives the same output, whatever the number of workers.
/// </summary>
public sealed class Replay : IAsyncDisposable
{
    private const long NanosecondsPerTick = 100;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>As fine as the data plane's timers need it.</summary>
    private const long ClockStep = NanosecondsPerSecond / 10;

    /// <summary>What timers do when no packet waits (neighbours are asked again after 30 s and then given up) is over by then.</summary>
    private const long QuietAfter = 60 * NanosecondsPerSecond;

    /// <summary>The same in every run, so that the output is.</summary>
    private static readonly FlowSeed s_seed = new(0x7672_6F75_7465_7220, 0x7265_706C_6179_2020);

    private readonly ReplayOptions _options;
    private readonly ReplayInputs _inputs;
    private readonly ReplayOutput _output;
    private readonly VirtualClock _clock;
    private readonly OfflineDataPlane _dataPlane;
    private readonly ReplayFlows _flows;
    private readonly Queue<ReplayRequest> _requests;
    private readonly HashSet<string> _warnings = [];
    private readonly long _start;
    private long _packets;
    private bool _isOver;

    private Replay(ReplayOptions options, ReplayInputs inputs)
    {
        _options = options;
        _inputs = inputs;
        _start = inputs.NextTime ?? 0;
        _clock = new VirtualClock(_start);
        _requests = new Queue<ReplayRequest>(options.Requests.OrderBy(request => request.Nanoseconds));
        _output = new ReplayOutput(options.Output, inputs.IsNanosecond);
        _dataPlane = new OfflineDataPlane(new DataPlaneOptions
        {
            Workers = options.Workers,
            Clock = _clock,
            OnDrop = Note,
            FlowEvents = true,
            Seed = s_seed,
        });
        _flows = new ReplayFlows(_dataPlane, _output, _start);
    }

    /// <summary>What the user should know though nothing failed.</summary>
    public IEnumerable<string> Warnings => [.. _warnings, .. _inputs.Warnings, .. _flows.Warnings];

    /// <summary>Opens the captures and applies the configuration.</summary>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="RequestRefusedException">The configuration was refused, or lacks an interface that packets are to arrive at.</exception>
    public static async Task<Replay> StartAsync(ReplayOptions options, CancellationToken cancel = default)
    {
        CheckInterfaces(options);
        ReplayInputs inputs = await ReplayInputs.OpenAsync(options.Sources, cancel);
        Replay? replay = null;

        try
        {
            replay = new Replay(options, inputs);
            replay.Apply(new V1.ApplyRequest { Upsert = options.Config }, options.ConfigName);
            return replay;
        }
        catch
        {
            await (replay?.DisposeAsync() ?? inputs.DisposeAsync());
            throw;
        }
    }

    /// <summary>Runs to the end and writes the output. Says whether the books balance.</summary>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="RequestRefusedException">A request was refused.</exception>
    public async Task<bool> RunAsync(IProgress<ReplayProgress>? progress = null, CancellationToken cancel = default)
    {
        while (NextTime is { } time)
        {
            await AdvanceAsync(time, cancel);

            if (IsRequestNext)
            {
                ApplyNext();
            }
            else
            {
                await DeliverNextAsync(cancel);
            }

            await WalkAsync(cancel);
            progress?.Report(new ReplayProgress(_packets, TimeSpan.FromTicks((_clock.Nanoseconds - _start) / NanosecondsPerTick)));
        }

        await AdvanceAsync(_clock.Nanoseconds + _options.Settle.Ticks * NanosecondsPerTick, cancel);
        return await CompleteAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        _dataPlane.Dispose();
        await _inputs.DisposeAsync();
        await _output.DisposeAsync();
    }

    private long? NextTime => IsRequestNext ? _start + _requests.Peek().Nanoseconds : _inputs.NextTime;

    /// <summary>A request comes before a packet of the same moment.</summary>
    private bool IsRequestNext => _requests.TryPeek(out ReplayRequest? request) && _start + request.Nanoseconds <= (_inputs.NextTime ?? long.MaxValue);

    private static void CheckInterfaces(ReplayOptions options)
    {
        HashSet<uint> known = [.. options.Config.Interfaces.Select(vif => vif.Id)];
        known.UnionWith(options.Requests.SelectMany(request => request.Request.Upsert?.Interfaces ?? []).Select(vif => vif.Id));

        string[] problems = [.. options.Sources
            .Where(source => !known.Contains(source.Interface))
            .Select(source => $"{source.Path}: there is no interface {source.Interface} in {options.ConfigName}")];

        if (problems.Length > 0)
        {
            throw new RequestRefusedException(problems);
        }
    }

    /// <summary>Moves the clock, with a stop wherever a timer may be due.</summary>
    private async ValueTask AdvanceAsync(long target, CancellationToken cancel)
    {
        long quiet = _clock.Nanoseconds + QuietAfter;

        while (_clock.Nanoseconds < target)
        {
            cancel.ThrowIfCancellationRequested();
            bool mayJump = target - _clock.Nanoseconds <= ClockStep || (_clock.Nanoseconds >= quiet && !_dataPlane.IsHolding);
            _clock.Nanoseconds = mayJump ? target : _clock.Nanoseconds + ClockStep;
            await WalkAsync(cancel);
        }
    }

    private void ApplyNext()
    {
        ReplayRequest request = _requests.Dequeue();
        Apply(request.Request, request.Name);
    }

    private void Apply(V1.ApplyRequest request, string name)
    {
        _dataPlane.Apply(request, name);

        foreach (uint id in _dataPlane.Interfaces)
        {
            _output.AddInterface(id);
        }
    }

    private async ValueTask DeliverNextAsync(CancellationToken cancel)
    {
        (ReplayInput input, CapturedPacket packet) = await _inputs.ReadAsync(cancel);

        if (!_dataPlane.Interfaces.Contains(input.Interface))
        {
            _warnings.Add($"{input.Path}: packets came while there was no interface {input.Interface}; nothing received them");
            return;
        }

        if (!_dataPlane.TryDeliver(input.Interface, packet.Bytes.Span))
        {
            throw new IOException($"{input.Path}: no room for a packet of {packet.Bytes.Length} bytes");
        }

        _packets++;
    }

    private async ValueTask WalkAsync(CancellationToken cancel)
    {
        // A round ends only so many flows: at one moment all whose time has come are to end.
        do
        {
            _dataPlane.Step();
        }
        while (_flows.Take());

        foreach ((uint id, byte[] packet) in _dataPlane.Collect())
        {
            await _output.WriteAsync(id, _clock.Nanoseconds, packet, cancel);
        }

        _flows.WriteEnded(_clock.Nanoseconds);
    }

    private void Note(Drop drop)
    {
        if (_isOver)
        {
            return; // What waits at the end is held, not dropped; the data plane drops it when it goes.
        }

        V1.Drop written = DropTranslation.Write(drop);
        written.Time = VirtualClock.TimestampOf(_clock.Nanoseconds);
        _output.AddDrop(written);
    }

    private async Task<bool> CompleteAsync()
    {
        _isOver = true;
        _flows.WriteStanding();
        Counters counters = _dataPlane.ReadCounters();
        V1.Counters written = CountersTranslation.Write(counters, []);
        written.Workers.Clear(); // How busy workers were differs from run to run.
        await _output.CompleteAsync(written);

        return counters.IsBalanced;
    }
}

using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The files that a replay leaves. They grow in a directory beside their places and move there at the end, all of them or none:
/// a replay that is refused or interrupted leaves what was there before.
/// </summary>
internal sealed class ReplayOutput : IAsyncDisposable
{
    /// <summary>The file that flows are written to.</summary>
    public const string Flows = "flows.jsonl";

    private readonly string _directory;
    private readonly string _staging;
    private readonly bool _isNewDirectory;
    private readonly bool _isNanosecond;
    private readonly SortedDictionary<uint, PcapWriter?> _captures = [];
    private readonly StreamWriter _drops;
    private readonly StreamWriter _flows;

    public ReplayOutput(string directory, bool isNanosecond)
    {
        _directory = directory;
        _isNanosecond = isNanosecond;
        _isNewDirectory = !Directory.Exists(directory);
        _staging = Path.Combine(directory, $".replay-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_staging);
        _drops = new StreamWriter(Staged("drops.jsonl"));
        _flows = new StreamWriter(Staged(Flows));
    }

    /// <summary>An interface gets its file even when nothing leaves there.</summary>
    public void AddInterface(uint id) => _captures.TryAdd(id, null);

    public ValueTask WriteAsync(uint id, long nanoseconds, ReadOnlyMemory<byte> packet, CancellationToken cancel) =>
        (_captures[id] ??= OpenCapture(id)).WriteAsync(nanoseconds, packet, cancel);

    public void AddDrop(V1.Drop drop)
    {
        _drops.Write(JsonContract.Format(drop));
        _drops.Write('\n');
    }

    public void AddFlow(string line)
    {
        _flows.Write(line);
        _flows.Write('\n');
    }

    /// <summary>Ends the files and moves them to their places.</summary>
    public async Task CompleteAsync(V1.Counters counters)
    {
        foreach (uint id in _captures.Keys)
        {
            await (_captures[id] ?? OpenCapture(id)).DisposeAsync();
        }

        await _drops.DisposeAsync();
        await _flows.DisposeAsync();
        await File.WriteAllTextAsync(Staged("counters.json"), JsonContract.FormatIndented(counters) + "\n");

        foreach (string file in Directory.GetFiles(_staging))
        {
            File.Move(file, Path.Combine(_directory, Path.GetFileName(file)), overwrite: true);
        }

        Directory.Delete(_staging);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(_staging))
        {
            return;
        }

        foreach (PcapWriter? capture in _captures.Values)
        {
            await (capture?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        await _drops.DisposeAsync();
        await _flows.DisposeAsync();
        Directory.Delete(_isNewDirectory ? _directory : _staging, recursive: true);
    }

    private PcapWriter OpenCapture(uint id) => new(File.Create(Staged($"{id}.pcap")), _isNanosecond);

    private string Staged(string name) => Path.Combine(_staging, name);
}

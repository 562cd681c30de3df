using System.Threading.Channels;
using Google.Protobuf;
using VRouter.ControlSdk.V1;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// The files that a demo leaves: what passed each port, and each node's configuration. Workers hand packets over and go on; one
/// task writes them.
/// </summary>
internal sealed class Captures : IAsyncDisposable
{
    private readonly string? _directory;
    private readonly Channel<(PcapWriter File, long Time, byte[] Packet)> _packets =
        Channel.CreateUnbounded<(PcapWriter, long, byte[])>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Dictionary<string, PcapWriter> _files = [];
    private readonly Task _writing;

    /// <summary>Files go to the directory, which is made; with null there are none.</summary>
    public Captures(string? directory)
    {
        _directory = directory;
        _writing = Task.Run(WriteAsync);

        if (directory is not null)
        {
            Directory.CreateDirectory(directory);
        }
    }

    /// <summary>Whether files are written.</summary>
    public bool AreKept => _directory is not null;

    /// <summary>A watch that writes "name.pcap"; nothing when no files are wanted.</summary>
    public IReadOnlyList<IPacketWatch> Open(string name)
    {
        if (_directory is null)
        {
            return [];
        }

        if (!_files.TryGetValue(name, out PcapWriter? file))
        {
            file = _files[name] = new PcapWriter(File.Create(Path.Combine(_directory, $"{name}.pcap")), isNanosecond: true);
        }

        return [new CaptureWatch(_packets.Writer, file)];
    }

    /// <summary>Writes "name.json", which `vrouter replay` and `vrouter trace` read.</summary>
    public void Write(string name, Config config)
    {
        if (_directory is not null)
        {
            File.WriteAllText(Path.Combine(_directory, $"{name}.json"), new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(config));
        }
    }

    /// <summary>Writes what is left and closes the files. The ports must be gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _packets.Writer.TryComplete();
        await _writing;

        foreach (PcapWriter file in _files.Values)
        {
            await file.DisposeAsync();
        }
    }

    private async Task WriteAsync()
    {
        await foreach ((PcapWriter file, long time, byte[] packet) in _packets.Reader.ReadAllAsync())
        {
            await file.WriteAsync(time, packet);
        }
    }
}

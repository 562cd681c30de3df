using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>All captures of a replay as one stream, by time; equal times in the order of the captures, then of the file.</summary>
internal sealed class ReplayInputs : IAsyncDisposable
{
    private readonly List<ReplayInput> _inputs = [];
    private readonly PriorityQueue<CapturedPacket, (long Nanoseconds, int Input)> _heads = new();

    private ReplayInputs()
    {
    }

    /// <summary>Whether a file's clock is finer than a microsecond.</summary>
    public bool IsNanosecond => _inputs.Any(input => input.IsNanosecond);

    /// <summary>The time of the next packet; null at the end.</summary>
    public long? NextTime => _heads.TryPeek(out _, out (long Nanoseconds, int) place) ? place.Nanoseconds : null;

    /// <summary>What the user should know about the files read so far.</summary>
    public IEnumerable<string> Warnings => _inputs.Where(input => input.FirstCut != 0).Select(input =>
        $"{input.Path}: not all packets were captured whole (the first one that was not: {input.FirstCut})");

    /// <summary>Opens all files and reads up to the first packets.</summary>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static async Task<ReplayInputs> OpenAsync(IReadOnlyList<ReplaySource> sources, CancellationToken cancel)
    {
        var inputs = new ReplayInputs();

        try
        {
            foreach (ReplaySource source in sources)
            {
                inputs._inputs.Add(new ReplayInput(source, await CaptureReader.OpenAsync(source.Path, cancel)));
                await inputs.AdvanceAsync(inputs._inputs.Count - 1, cancel);
            }
        }
        catch
        {
            await inputs.DisposeAsync();
            throw;
        }

        return inputs;
    }

    /// <summary>The next packet and the capture it is from. There has to be one.</summary>
    public async ValueTask<(ReplayInput Input, CapturedPacket Packet)> ReadAsync(CancellationToken cancel)
    {
        _heads.TryDequeue(out CapturedPacket? packet, out (long, int Input) place);
        await AdvanceAsync(place.Input, cancel);

        return (_inputs[place.Input], packet!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ReplayInput input in _inputs)
        {
            await input.DisposeAsync();
        }
    }

    private async ValueTask AdvanceAsync(int input, CancellationToken cancel)
    {
        if (await _inputs[input].ReadAsync(cancel) is { } packet)
        {
            _heads.Enqueue(packet, (packet.Nanoseconds, input));
        }
    }
}

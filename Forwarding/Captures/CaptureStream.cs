using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;

namespace VRouter.Forwarding;

/// <summary>The bytes of a capture file in order. It knows where it is, so that an error can say so.</summary>
internal sealed class CaptureStream(Stream stream, string name) : IAsyncDisposable
{
    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16));

    /// <summary>The part of the file that is being read, for messages: "packet 17".</summary>
    public string Place { get; set; } = "";

    /// <summary>The bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the file ends here.</summary>
    public async ValueTask<bool> IsAtEndAsync(CancellationToken cancel)
    {
        ReadResult result = await _pipe.ReadAtLeastAsync(1, cancel);
        _pipe.AdvanceTo(result.Buffer.Start);

        return result.Buffer.IsEmpty;
    }

    /// <summary>Fills <paramref name="destination"/>.</summary>
    /// <exception cref="CaptureException">The file ends before.</exception>
    public async ValueTask ReadAsync(Memory<byte> destination, CancellationToken cancel)
    {
        while (!destination.IsEmpty)
        {
            ReadOnlySequence<byte> chunk = await NextChunkAsync(destination.Length, cancel);
            chunk.CopyTo(destination.Span);
            destination = destination[(int)chunk.Length..];
            Take(chunk);
        }
    }

    /// <summary>Passes over bytes without keeping them.</summary>
    /// <exception cref="CaptureException">The file ends before.</exception>
    public async ValueTask SkipAsync(long count, CancellationToken cancel)
    {
        while (count > 0)
        {
            ReadOnlySequence<byte> chunk = await NextChunkAsync(count, cancel);
            count -= chunk.Length;
            Take(chunk);
        }
    }

    /// <summary>An error that names the file and the place.</summary>
    public CaptureException Fail(string reason) => new($"{name}: {Place} {reason}");

    public async ValueTask DisposeAsync()
    {
        await _pipe.CompleteAsync();
        await stream.DisposeAsync();
    }

    private async ValueTask<ReadOnlySequence<byte>> NextChunkAsync(long most, CancellationToken cancel)
    {
        ReadResult result = await _pipe.ReadAsync(cancel);
        ReadOnlySequence<byte> buffer = result.Buffer;

        if (buffer.IsEmpty)
        {
            throw new CaptureException(string.Create(CultureInfo.InvariantCulture, $"{name}: cut short in {Place} at byte {Position}"));
        }

        return buffer.Length <= most ? buffer : buffer.Slice(0, most);
    }

    private void Take(ReadOnlySequence<byte> chunk)
    {
        Position += chunk.Length;
        _pipe.AdvanceTo(chunk.End);
    }
}

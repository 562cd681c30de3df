namespace VRouter.Forwarding;

/// <summary>Reads the packets of a pcap or pcapng file, one after the other, in bounded memory.</summary>
public abstract class CaptureReader : IAsyncDisposable
{
    /// <summary>The longest packet we take: what libpcap allows as snap length. A length beyond it is a broken or hostile file.</summary>
    public const int MaxPacket = 262_144;

    private protected CaptureReader(CaptureStream stream) => Stream = stream;

    private protected CaptureStream Stream { get; }

    /// <summary>Whether the file's clock is finer than a microsecond, as far as it has been read.</summary>
    public abstract bool IsNanosecond { get; }

    /// <summary>Opens a file of either kind.</summary>
    /// <exception cref="IOException">It cannot be read, or is no capture.</exception>
    public static Task<CaptureReader> OpenAsync(string path, CancellationToken cancel = default) =>
        OpenAsync(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0), path, cancel);

    /// <summary>Reads either kind from a stream, which the reader disposes; <paramref name="name"/> is for messages.</summary>
    /// <exception cref="CaptureException">It is no capture.</exception>
    public static async Task<CaptureReader> OpenAsync(Stream stream, string name, CancellationToken cancel = default)
    {
        var source = new CaptureStream(stream, name) { Place = "the file header" };

        try
        {
            byte[] magic = new byte[4];
            await source.ReadAsync(magic, cancel);

            return PcapngReader.IsMagic(magic)
                ? await PcapngReader.StartAsync(source, cancel)
                : await PcapReader.StartAsync(source, magic, cancel);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next packet, in the file's order; null at its end.</summary>
    /// <exception cref="CaptureException">The file is cut short or contradicts itself.</exception>
    public abstract ValueTask<CapturedPacket?> ReadAsync(CancellationToken cancel = default);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Stream.DisposeAsync();
    }

    /// <summary>Refuses what cannot be before memory is taken for it.</summary>
    private protected void CheckLength(uint length)
    {
        if (length > MaxPacket)
        {
            throw Stream.Fail($"claims {length} bytes, more than the {MaxPacket} a capture can hold");
        }
    }

    private protected void CheckLinkType(uint linkType)
    {
        if (linkType != PcapFormat.Ethernet)
        {
            throw Stream.Fail($"is of link type {linkType}; only Ethernet ({PcapFormat.Ethernet}) can be read");
        }
    }
}

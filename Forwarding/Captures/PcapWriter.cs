using System.Buffers.Binary;
using System.IO.Pipelines;

namespace VRouter.Forwarding;

/// <summary>Writes a pcap file of Ethernet packets, little-endian, with time stamps in micro- or nanoseconds.</summary>
public sealed class PcapWriter : IAsyncDisposable
{
    private const int FlushAt = 1 << 16;

    private readonly Stream _stream;
    private readonly PipeWriter _pipe;
    private readonly bool _isNanosecond;

    /// <summary>Starts the file; the stream is disposed with the writer.</summary>
    public PcapWriter(Stream stream, bool isNanosecond)
    {
        _stream = stream;
        _pipe = PipeWriter.Create(stream);
        _isNanosecond = isNanosecond;
        WriteFileHeader();
    }

    /// <summary>Adds a packet that was seen at <paramref name="nanoseconds"/> since 1970-01-01 00:00 UTC.</summary>
    public async ValueTask WriteAsync(long nanoseconds, ReadOnlyMemory<byte> packet, CancellationToken cancel = default)
    {
        WriteRecord(nanoseconds, packet.Span);

        if (_pipe.UnflushedBytes >= FlushAt)
        {
            await _pipe.FlushAsync(cancel);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _pipe.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private void WriteFileHeader()
    {
        Span<byte> header = _pipe.GetSpan(PcapFormat.FileHeaderSize)[..PcapFormat.FileHeaderSize];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, _isNanosecond ? PcapFormat.NanosecondMagic : PcapFormat.MicrosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], PcapFormat.MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], PcapFormat.MinorVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], CaptureReader.MaxPacket);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], PcapFormat.Ethernet);
        _pipe.Advance(header.Length);
    }

    private void WriteRecord(long nanoseconds, ReadOnlySpan<byte> packet)
    {
        (long seconds, long fraction) = Math.DivRem(nanoseconds, PcapFormat.NanosecondsPerSecond);
        Span<byte> record = _pipe.GetSpan(PcapFormat.RecordHeaderSize + packet.Length);

        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(_isNanosecond ? fraction : fraction / 1000));
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], packet.Length);
        packet.CopyTo(record[PcapFormat.RecordHeaderSize..]);
        _pipe.Advance(PcapFormat.RecordHeaderSize + packet.Length);
    }
}

using System.Buffers.Binary;

namespace VRouter.Forwarding;

/// <summary>Reads pcap files of either byte order, with time stamps in micro- or nanoseconds.</summary>
internal sealed class PcapReader : CaptureReader
{
    private readonly byte[] _header = new byte[PcapFormat.RecordHeaderSize];
    private readonly bool _isBigEndian;
    private int _packet;

    private PcapReader(CaptureStream stream, bool isBigEndian, bool isNanosecond) : base(stream)
    {
        _isBigEndian = isBigEndian;
        IsNanosecond = isNanosecond;
    }

    public override bool IsNanosecond { get; }

    public static async Task<CaptureReader> StartAsync(CaptureStream stream, byte[] magic, CancellationToken cancel)
    {
        uint littleEndian = BinaryPrimitives.ReadUInt32LittleEndian(magic);
        uint bigEndian = BinaryPrimitives.ReadUInt32BigEndian(magic);
        bool isBigEndian = bigEndian is PcapFormat.MicrosecondMagic or PcapFormat.NanosecondMagic;

        if (!isBigEndian && littleEndian is not (PcapFormat.MicrosecondMagic or PcapFormat.NanosecondMagic))
        {
            throw stream.Fail($"starts with {bigEndian:x8}: neither pcap nor pcapng");
        }

        var reader = new PcapReader(stream, isBigEndian, (isBigEndian ? bigEndian : littleEndian) == PcapFormat.NanosecondMagic);
        byte[] header = new byte[PcapFormat.FileHeaderSize];
        await stream.ReadAsync(header.AsMemory(magic.Length), cancel);
        reader.CheckHeader(new CaptureBytes(header, isBigEndian));

        return reader;
    }

    public override async ValueTask<CapturedPacket?> ReadAsync(CancellationToken cancel = default)
    {
        if (await Stream.IsAtEndAsync(cancel))
        {
            return null;
        }

        Stream.Place = $"packet {++_packet}";
        await Stream.ReadAsync(_header, cancel);
        (long time, uint length, uint original) = ReadRecordHeader(new CaptureBytes(_header, _isBigEndian));

        CheckLength(length);
        byte[] bytes = new byte[length];
        await Stream.ReadAsync(bytes, cancel);

        return new CapturedPacket(time, bytes, original);
    }

    private void CheckHeader(CaptureBytes header)
    {
        if (header.UInt16(4) != PcapFormat.MajorVersion)
        {
            throw Stream.Fail($"says version {header.UInt16(4)}.{header.UInt16(6)}; only {PcapFormat.MajorVersion}.x can be read");
        }

        // The upper half tells of an FCS behind each packet; none of the usual writers leaves one.
        CheckLinkType(header.UInt32(20) & 0xFFFF);
    }

    private (long Time, uint Length, uint Original) ReadRecordHeader(CaptureBytes header)
    {
        long fraction = header.UInt32(4);
        long time = header.UInt32(0) * PcapFormat.NanosecondsPerSecond + (IsNanosecond ? fraction : fraction * 1000);

        return (time, header.UInt32(8), header.UInt32(12));
    }
}

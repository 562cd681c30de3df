using System.Buffers.Binary;

namespace VRouter.Forwarding;

/// <summary>Reads pcapng files: sections of either byte order, packets of all their interfaces; other blocks are passed over.</summary>
internal sealed class PcapngReader : CaptureReader
{
    /// <summary>Sections and interfaces are described in far less; what is beyond is a broken or hostile file.</summary>
    private const int MaxDescription = 1 << 20;
    private const int MaxInterfaces = 65_536;

    private readonly byte[] _fixed = new byte[20];
    private readonly List<PcapngInterface> _interfaces = [];
    private bool _isBigEndian;
    private bool _isNanosecond;
    private int _block = 1;
    private int _packet;
    private long _lastTime;

    private PcapngReader(CaptureStream stream) : base(stream)
    {
    }

    public override bool IsNanosecond => _isNanosecond;

    /// <summary>The type of a Section Header Block reads the same in both byte orders.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> magic) => BinaryPrimitives.ReadUInt32LittleEndian(magic) == PcapngFormat.SectionHeader;

    /// <summary>Starts behind the first block's type.</summary>
    public static async Task<CaptureReader> StartAsync(CaptureStream stream, CancellationToken cancel)
    {
        var reader = new PcapngReader(stream);
        await stream.ReadAsync(reader._fixed.AsMemory(4, 4), cancel);
        await reader.ReadSectionAsync(cancel);

        return reader;
    }

    public override async ValueTask<CapturedPacket?> ReadAsync(CancellationToken cancel = default)
    {
        while (!await Stream.IsAtEndAsync(cancel))
        {
            Stream.Place = $"block {++_block}";
            await Stream.ReadAsync(_fixed.AsMemory(0, PcapngFormat.BlockHeaderSize), cancel);
            CapturedPacket? packet = await ReadBlockAsync(Fields.UInt32(0), cancel);

            if (packet is not null)
            {
                return packet;
            }
        }

        return null;
    }

    private CaptureBytes Fields => new(_fixed, _isBigEndian);

    private async ValueTask<CapturedPacket?> ReadBlockAsync(uint type, CancellationToken cancel)
    {
        switch (type)
        {
            case PcapngFormat.SectionHeader:
                await ReadSectionAsync(cancel);
                return null;
            case PcapngFormat.InterfaceDescription:
                await ReadInterfaceAsync(cancel);
                return null;
            case PcapngFormat.EnhancedPacket:
                return await ReadEnhancedAsync(cancel);
            case PcapngFormat.SimplePacket:
                return await ReadSimpleAsync(cancel);
            default:
                uint body = BodyLength(0);
                await Stream.SkipAsync(body, cancel);
                await EndBlockAsync(body, cancel);
                return null;
        }
    }

    /// <summary>A section starts anew: its byte order, and interfaces numbered from 0.</summary>
    private async ValueTask ReadSectionAsync(CancellationToken cancel)
    {
        byte[] magic = new byte[4];
        await Stream.ReadAsync(magic, cancel);
        _isBigEndian = BinaryPrimitives.ReadUInt32BigEndian(magic) == PcapngFormat.ByteOrderMagic;

        if (!_isBigEndian && BinaryPrimitives.ReadUInt32LittleEndian(magic) != PcapngFormat.ByteOrderMagic)
        {
            throw Stream.Fail("has no byte-order magic");
        }

        _interfaces.Clear();
        uint body = BodyLength(16);
        byte[] version = new byte[4];
        await Stream.ReadAsync(version, cancel);

        if (new CaptureBytes(version, _isBigEndian).UInt16(0) != 1)
        {
            throw Stream.Fail($"says version {new CaptureBytes(version, _isBigEndian).UInt16(0)}; only 1 can be read");
        }

        await Stream.SkipAsync(body - 8, cancel);
        await EndBlockAsync(body, cancel);
    }

    private async ValueTask ReadInterfaceAsync(CancellationToken cancel)
    {
        uint length = BodyLength(8);

        if (length > MaxDescription || _interfaces.Count == MaxInterfaces)
        {
            throw Stream.Fail("describes an interface beyond all bounds");
        }

        byte[] body = new byte[length];
        await Stream.ReadAsync(body, cancel);
        await EndBlockAsync(length, cancel);
        AddInterface(body);
    }

    private void AddInterface(byte[] body)
    {
        var fields = new CaptureBytes(body, _isBigEndian);
        (byte resolution, long offset) = PcapngOptions.ReadClock(body.AsSpan(8), _isBigEndian);
        var added = new PcapngInterface(fields.UInt16(0), fields.UInt32(4), resolution, offset);

        _interfaces.Add(added);
        _isNanosecond |= added.IsNanosecond;
    }

    private async ValueTask<CapturedPacket> ReadEnhancedAsync(CancellationToken cancel)
    {
        Stream.Place = $"packet {++_packet}";
        uint body = BodyLength(20);
        await Stream.ReadAsync(_fixed, cancel);

        PcapngInterface from = FindInterface(Fields.UInt32(0));
        ulong timeStamp = (ulong)Fields.UInt32(4) << 32 | Fields.UInt32(8);
        (uint length, uint original) = (Fields.UInt32(12), Fields.UInt32(16));

        if (!from.TryGetNanoseconds(timeStamp, out _lastTime))
        {
            throw Stream.Fail("has a time stamp out of range");
        }

        return new CapturedPacket(_lastTime, await ReadPacketAsync(length, body, 20, cancel), original);
    }

    /// <summary>A Simple Packet Block has no time: its packet counts as seen with the one before it.</summary>
    private async ValueTask<CapturedPacket> ReadSimpleAsync(CancellationToken cancel)
    {
        Stream.Place = $"packet {++_packet}";
        uint body = BodyLength(4);
        await Stream.ReadAsync(_fixed.AsMemory(0, 4), cancel);

        uint original = Fields.UInt32(0);
        uint snapLength = FindInterface(0).SnapLength;
        uint length = snapLength == 0 ? original : Math.Min(original, snapLength);

        return new CapturedPacket(_lastTime, await ReadPacketAsync(length, body, 4, cancel), original);
    }

    private PcapngInterface FindInterface(uint index)
    {
        if (index >= _interfaces.Count)
        {
            throw Stream.Fail($"names interface {index}, which the file does not describe");
        }

        CheckLinkType(_interfaces[(int)index].LinkType);
        return _interfaces[(int)index];
    }

    private async ValueTask<byte[]> ReadPacketAsync(uint length, uint body, uint read, CancellationToken cancel)
    {
        CheckLength(length);

        if (length > body - read)
        {
            throw Stream.Fail($"claims {length} bytes in a block with room for {body - read}");
        }

        byte[] bytes = new byte[length];
        await Stream.ReadAsync(bytes, cancel);
        await Stream.SkipAsync(body - read - length, cancel);
        await EndBlockAsync(body, cancel);

        return bytes;
    }

    /// <summary>The length of the current block's body, between its header and the length that ends it.</summary>
    private uint BodyLength(uint least)
    {
        const uint Around = PcapngFormat.BlockHeaderSize + PcapngFormat.BlockTrailerSize;
        uint total = Fields.UInt32(4);

        if (total % 4 != 0 || total < Around + least)
        {
            throw Stream.Fail($"has an impossible length: {total}");
        }

        return total - Around;
    }

    private async ValueTask EndBlockAsync(uint body, CancellationToken cancel)
    {
        byte[] trailer = new byte[PcapngFormat.BlockTrailerSize];
        await Stream.ReadAsync(trailer, cancel);
        uint total = new CaptureBytes(trailer, _isBigEndian).UInt32(0);

        if (total != body + PcapngFormat.BlockHeaderSize + PcapngFormat.BlockTrailerSize)
        {
            throw Stream.Fail($"has two lengths: {body + PcapngFormat.BlockHeaderSize + PcapngFormat.BlockTrailerSize} and {total}");
        }
    }
}

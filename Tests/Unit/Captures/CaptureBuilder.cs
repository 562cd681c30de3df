using System.Buffers.Binary;

namespace VRouter.Tests.Unit.Captures;

/// <summary>Puts capture files together, field by field, in either byte order.</summary>
internal sealed class CaptureBuilder(bool isBigEndian)
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public CaptureBuilder U16(int value) => Add((ulong)value, 2);

    public CaptureBuilder U32(uint value) => Add(value, 4);

    public CaptureBuilder U64(ulong value) => Add(value, 8);

    public CaptureBuilder Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public CaptureBuilder PcapHeader(uint magic = 0xA1B2C3D4, uint linkType = 1, int major = 2) =>
        U32(magic).U16(major).U16(4).U32(0).U32(0).U32(65535).U32(linkType);

    public CaptureBuilder Record(uint seconds, uint fraction, byte[] packet, uint? original = null) =>
        U32(seconds).U32(fraction).U32((uint)packet.Length).U32(original ?? (uint)packet.Length).Raw(packet);

    /// <summary>A pcapng block around a body, which is padded to four bytes.</summary>
    public CaptureBuilder Block(uint type, Action<CaptureBuilder> writeBody)
    {
        var body = new CaptureBuilder(isBigEndian);
        writeBody(body);
        body.Raw(new byte[-body._bytes.Count & 3]);
        uint total = (uint)body._bytes.Count + 12;

        return U32(type).U32(total).Raw(body.ToArray()).U32(total);
    }

    public CaptureBuilder Section() => Block(0x0A0D0D0A, b => b.U32(0x1A2B3C4D).U16(1).U16(0).U64(ulong.MaxValue));

    public CaptureBuilder Interface(int linkType = 1, uint snapLength = 0, byte? resolution = null, long? offset = null) => Block(1, b =>
    {
        b.U16(linkType).U16(0).U32(snapLength);

        if (resolution is not null)
        {
            b.U16(9).U16(1).Raw(resolution.Value, 0, 0, 0);
        }

        if (offset is not null)
        {
            b.U16(14).U16(8).U64((ulong)offset.Value);
        }

        b.U16(0).U16(0);
    });

    public CaptureBuilder Enhanced(ulong timeStamp, byte[] packet, uint from = 0, uint? original = null) => Block(6, b =>
        b.U32(from).U32((uint)(timeStamp >> 32)).U32((uint)timeStamp).U32((uint)packet.Length).U32(original ?? (uint)packet.Length).Raw(packet));

    public CaptureBuilder Simple(byte[] packet, uint? original = null) => Block(3, b => b.U32(original ?? (uint)packet.Length).Raw(packet));

    private CaptureBuilder Add(ulong value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];

        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
            _bytes.AddRange(bytes[(8 - size)..]);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            _bytes.AddRange(bytes[..size]);
        }

        return this;
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace VRouter.Forwarding;

/// <summary>A pcapng block while it is written, little-endian: its size is known from the start.</summary>
internal ref struct PcapngBlock
{
    private const int OptionHeaderSize = 4;

    private readonly IBufferWriter<byte> _buffer;
    private readonly Span<byte> _bytes;
    private int _written;

    /// <summary>Begins a block.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="type">Its type.</param>
    /// <param name="body">Bytes of its body, padding included.</param>
    /// <param name="options">Bytes of its options, without the one that ends them.</param>
    public PcapngBlock(IBufferWriter<byte> buffer, uint type, int body, int options)
    {
        int size = PcapngFormat.BlockHeaderSize + body + options + OptionHeaderSize + PcapngFormat.BlockTrailerSize;
        _buffer = buffer;
        _bytes = buffer.GetSpan(size)[..size];
        Add(type);
        Add((uint)size);
    }

    /// <summary>Bytes with the padding behind them.</summary>
    public static int Padded(int length) => (length + 3) & ~3;

    /// <summary>Bytes that an option takes.</summary>
    public static int OptionSize(int length) => OptionHeaderSize + Padded(length);

    /// <inheritdoc cref="OptionSize(int)"/>
    public static int OptionSize(string text) => OptionSize(Encoding.UTF8.GetByteCount(text));

    public void Add(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes[_written..], value);
        _written += sizeof(ushort);
    }

    public void Add(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes[_written..], value);
        _written += sizeof(uint);
    }

    public void Add(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes[_written..], value);
        _written += sizeof(ulong);
    }

    /// <summary>Adds bytes and pads them.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes[_written..]);
        Pad(bytes.Length);
    }

    public void AddOption(ushort code, ReadOnlySpan<byte> value)
    {
        AddHeader(code, value.Length);
        Add(value);
    }

    public void AddOption(ushort code, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        AddHeader(code, length);
        Encoding.UTF8.GetBytes(text, _bytes[_written..]);
        Pad(length);
    }

    public void AddOption(ushort code, uint value)
    {
        AddHeader(code, sizeof(uint));
        Add(value);
    }

    public void AddOption(ushort code, ulong value)
    {
        AddHeader(code, sizeof(ulong));
        Add(value);
    }

    /// <summary>Ends the options and the block.</summary>
    public void End()
    {
        AddHeader(PcapngFormat.EndOfOptions, 0);
        Add((uint)_bytes.Length);
        _buffer.Advance(_bytes.Length);
    }

    private void AddHeader(ushort code, int length)
    {
        Add(code);
        Add((ushort)length);
    }

    // What a buffer had in it before is nobody's business.
    private void Pad(int length)
    {
        _bytes[(_written + length)..(_written + Padded(length))].Clear();
        _written += Padded(length);
    }
}

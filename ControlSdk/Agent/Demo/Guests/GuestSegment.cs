using System.Buffers.Binary;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A TCP segment as a guest takes it (RFC 9293 section 3.1).</summary>
internal readonly ref struct GuestSegment
{
    public const int HeaderSize = 20;

    private const byte EndOfOptions = 0, NoOperation = 1, MaximumSegmentSizeOption = 2;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _header;

    private GuestSegment(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _header = bytes[12] >> 4 << 2;
    }

    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public uint Acknowledgement => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    public ReadOnlySpan<byte> Payload => _bytes[_header..];

    public bool Has(GuestFlags flag) => ((GuestFlags)_bytes[13] & flag) != 0;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out GuestSegment segment)
    {
        segment = bytes.Length >= HeaderSize ? new GuestSegment(bytes) : default;
        return segment._header >= HeaderSize && segment._header <= bytes.Length;
    }

    /// <summary>The largest segment that the peer, or the vRouter on its behalf, asks for (RFC 9293 section 3.7.1); null when it does not.</summary>
    public int? MaximumSegmentSize()
    {
        ReadOnlySpan<byte> options = _bytes[HeaderSize.._header];

        while (options.Length > 0 && options[0] != EndOfOptions)
        {
            int length = options[0] == NoOperation ? 1 : options.Length > 1 ? options[1] : 0;

            if (options[0] == MaximumSegmentSizeOption && length == 4 && options.Length >= 4)
            {
                return BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
            }

            options = length > 0 && length <= options.Length ? options[length..] : [];
        }

        return null;
    }
}

using System.Buffers.Binary;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The head of a record of a state file, 24 bytes, the lowest byte of a number first: payload length (4), kind (4), sequence number (8), checksum of
/// the payload (4), checksum of these 20 bytes (4). So a length that was damaged is never followed.
/// </summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Sequence">The number of the last change that what is up to here holds.</param>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="Checksum">Of the payload.</param>
internal readonly record struct StateRecord(StateRecordKind Kind, ulong Sequence, int Length, uint Checksum)
{
    /// <summary>Bytes of a head.</summary>
    public const int HeadLength = 24;

    private const int CheckedLength = 20;

    /// <summary>The head of a record with this payload.</summary>
    public static StateRecord Of(StateRecordKind kind, ulong sequence, ReadOnlySpan<byte> payload) =>
        new(kind, sequence, payload.Length, StateFormat.ChecksumOf(payload));

    /// <summary>Reads a head; false when it is not what was written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> head, out StateRecord record)
    {
        record = new StateRecord(
            (StateRecordKind)BinaryPrimitives.ReadUInt32LittleEndian(head[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(head[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(head),
            BinaryPrimitives.ReadUInt32LittleEndian(head[16..]));

        return BinaryPrimitives.ReadUInt32LittleEndian(head[CheckedLength..]) == StateFormat.ChecksumOf(head[..CheckedLength]) && record.Length >= 0;
    }

    /// <summary>Writes the head.</summary>
    public void Write(Span<byte> head)
    {
        BinaryPrimitives.WriteInt32LittleEndian(head, Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(head[8..], Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(head[16..], Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(head[CheckedLength..], StateFormat.ChecksumOf(head[..CheckedLength]));
    }
}

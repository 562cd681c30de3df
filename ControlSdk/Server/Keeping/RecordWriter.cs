using System.Buffers;
using System.Runtime.InteropServices;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Makes records of a state file, one after another in the same memory.</summary>
internal sealed class RecordWriter
{
    /// <summary>Memory that a giant transaction has taken is not kept for the next one.</summary>
    private const int MostKept = 4 << 20;

    private readonly TransactionWire _wire = new();
    private ArrayBufferWriter<byte> _buffer = new(1 << 16);

    /// <summary>A record with a transaction; another one as soon as the next is made.</summary>
    public ReadOnlySpan<byte> Write(StateRecordKind kind, ulong sequence, Transaction transaction)
    {
        Begin();
        _wire.Write(transaction, _buffer);
        return End(kind, sequence);
    }

    /// <summary>A record with these bytes.</summary>
    public ReadOnlySpan<byte> Write(StateRecordKind kind, ulong sequence, ReadOnlySpan<byte> payload)
    {
        Begin();
        _buffer.Write(payload);
        return End(kind, sequence);
    }

    private void Begin()
    {
        if (_buffer.Capacity > MostKept)
        {
            _buffer = new ArrayBufferWriter<byte>(1 << 16);
        }

        _buffer.ResetWrittenCount();
        _ = _buffer.GetSpan(StateRecord.HeadLength);
        _buffer.Advance(StateRecord.HeadLength);
    }

    private ReadOnlySpan<byte> End(StateRecordKind kind, ulong sequence)
    {
        Span<byte> record = MemoryMarshal.AsMemory(_buffer.WrittenMemory).Span;
        StateRecord.Of(kind, sequence, record[StateRecord.HeadLength..]).Write(record);
        return record;
    }
}

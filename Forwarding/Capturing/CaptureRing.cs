namespace VRouter.Forwarding;

/// <summary>
/// Packets between the worker that has seen them and the one who reads the capture: one of each, no lock. Records and bytes lie in rings
/// of their own; a packet's bytes are never split.
/// </summary>
internal sealed class CaptureRing(int capacity, int bytes)
{
    private readonly CaptureRecord[] _records = new CaptureRecord[capacity];
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(bytes);

    // The worker's own: ahead of what is published while a batch is on its way.
    private long _next;
    private long _nextByte;
    private uint _lost;

    private long _published;

    // The reader's.
    private long _read;
    private long _freed;

    /// <summary>Takes room for a packet; false: there is none, and it is lost.</summary>
    /// <param name="record">What is known of it; where it lies and what was lost before is added.</param>
    /// <param name="room">For its bytes.</param>
    public bool TryAdd(CaptureRecord record, out Span<byte> room)
    {
        int offset = (int)(_nextByte & (_bytes.Length - 1));
        long start = offset + record.Captured <= _bytes.Length ? _nextByte : _nextByte + _bytes.Length - offset;
        bool fits = _next - Volatile.Read(ref _read) < _records.Length && start + record.Captured - Volatile.Read(ref _freed) <= _bytes.Length;

        if (!fits)
        {
            _lost++;
            room = default;
            return false;
        }

        record.Start = start;
        (record.Lost, _lost) = (_lost, 0);
        _records[_next++ & (_records.Length - 1)] = record;
        _nextByte = start + record.Captured;
        room = _bytes.AsSpan((int)(start & (_bytes.Length - 1)), record.Captured);
        return true;
    }

    /// <summary>Takes back the packets of the batch from this place in it on: they went nowhere.</summary>
    public void TakeBack(int position)
    {
        while (_next > _published && _records[(_next - 1) & (_records.Length - 1)] is var last && last.Position >= position)
        {
            _next--;
            _nextByte = last.Start;
            _lost += last.Lost;
        }
    }

    /// <summary>Shows the reader what was added.</summary>
    public void Publish() => Volatile.Write(ref _published, _next);

    /// <summary>When the oldest packet was seen; null = there is none.</summary>
    public long? OldestTime => _read < Volatile.Read(ref _published) ? _records[_read & (_records.Length - 1)].Time : null;

    /// <summary>The oldest packet, which there must be; it stays until it is released.</summary>
    public ReadOnlySpan<byte> Peek(out CaptureRecord record)
    {
        record = _records[_read & (_records.Length - 1)];
        return _bytes.AsSpan((int)(record.Start & (_bytes.Length - 1)), record.Captured);
    }

    /// <summary>Frees the oldest packet's place.</summary>
    public void Release()
    {
        ref CaptureRecord record = ref _records[_read & (_records.Length - 1)];
        Volatile.Write(ref _freed, record.Start + record.Captured);
        Volatile.Write(ref _read, _read + 1);
    }
}

using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// Trapped packets between one worker and the one who reads them, no lock: some hundred, each in one piece, more are lost and counted.
/// </summary>
internal sealed class TrapRing
{
    private const int MostPackets = 256;
    private const int MostBytes = 1 << 18;

    private readonly TrapRecord[] _records = new TrapRecord[MostPackets];
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(MostBytes);

    // The worker's.
    private long _added;
    private long _nextByte;
    private long _lost;

    // The reader's: packets, and the bytes up to which all room is free again.
    private long _taken;
    private long _freed;

    /// <summary>When the oldest packet came; null = there is none.</summary>
    public long? OldestTime => _taken < Volatile.Read(ref _added) ? _records[_taken % MostPackets].Time : null;

    /// <summary>Copies a packet; false: there is no room.</summary>
    public bool TryAdd(FrameRegion region, in Packet packet, in TrapRecord record)
    {
        int length = (int)packet.Length;
        int offset = (int)(_nextByte % MostBytes);
        long start = offset + length <= MostBytes ? _nextByte : _nextByte + MostBytes - offset;

        if (_added - Volatile.Read(ref _taken) == MostPackets || start + length - Volatile.Read(ref _freed) > MostBytes)
        {
            _lost++;
            return false;
        }

        PacketBytes.CopyTo(region, packet, _bytes.AsSpan((int)(start % MostBytes), length));
        _records[_added % MostPackets] = record with { Start = start, Length = length, Lost = _lost };
        _lost = 0;
        _nextByte = start + length;
        Volatile.Write(ref _added, _added + 1);
        return true;
    }

    /// <summary>Takes the oldest packet out; there must be one.</summary>
    public byte[] Take(out TrapRecord record)
    {
        record = _records[_taken % MostPackets];
        byte[] packet = _bytes.AsSpan((int)(record.Start % MostBytes), record.Length).ToArray();
        Volatile.Write(ref _freed, record.Start + record.Length);
        Volatile.Write(ref _taken, _taken + 1);
        return packet;
    }
}

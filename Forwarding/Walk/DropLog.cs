using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>One worker's latest drops: a ring that forgets the oldest.</summary>
internal sealed class DropLog(FrameRegion frames)
{
    /// <summary>Drops that are kept.</summary>
    public const int Capacity = 1024;

    private readonly DropRecord[] _records = GC.AllocateArray<DropRecord>(Capacity, pinned: true);
    private long _count;

    public void Add(in Packet packet, ushort vif, ObjectKey key, long time)
    {
        ref DropRecord record = ref _records[_count++ & (Capacity - 1)];
        record.Time = time;
        record.Vif = vif;
        record.Reason = packet.Reason;
        record.Object = key;
        record.Length = (ushort)PacketBytes.CopyTo(frames, packet, record.Packet);
    }

    /// <summary>The drops that are kept, oldest first.</summary>
    public IEnumerable<DropRecord> Read()
    {
        for (long i = Math.Max(0, _count - Capacity); i < _count; i++)
        {
            yield return _records[i & (Capacity - 1)];
        }
    }
}

using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Where one worker's packets end that go nowhere: counted, told, and the latest remembered in a ring that forgets the oldest.</summary>
internal sealed class DropLog(FrameCache frames, Books books, Faults faults, Action<Packet, ObjectKey>? onDrop)
{
    /// <summary>Drops that are kept.</summary>
    public const int Capacity = 1024;

    private readonly DropRecord[] _records = GC.AllocateArray<DropRecord>(Capacity, pinned: true);
    private long _count;

    /// <summary>The time of what is noted, in milliseconds.</summary>
    public long Now { get; set; }

    /// <summary>Ends a packet: its frames are free from here on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void End(ref Packet packet, ObjectKey key)
    {
        packet.Fate = Fate.Ended;
        books[packet.Ingress].Drops[(int)packet.Reason]++;
        Remember(packet, key);

        if (onDrop is not null)
        {
            Tell(packet, key);
        }

        frames.ReturnChain(packet.Frame);
    }

    /// <summary>The drops that are kept, oldest first.</summary>
    public IEnumerable<DropRecord> Read()
    {
        for (long i = Math.Max(0, _count - Capacity); i < _count; i++)
        {
            yield return _records[i & (Capacity - 1)];
        }
    }

    private void Remember(in Packet packet, ObjectKey key)
    {
        ref DropRecord record = ref _records[_count++ & (Capacity - 1)];
        record.Time = Now;
        record.Vif = packet.Ingress;
        record.Reason = packet.Reason;
        record.Object = key;
        record.Length = (ushort)PacketBytes.CopyTo(frames.Region, packet, record.Packet);
    }

    private void Tell(in Packet packet, ObjectKey key)
    {
        try
        {
            onDrop!(packet, key);
        }
        catch (Exception fault)
        {
            faults.Add(fault);
        }
    }
}

using System.Runtime.CompilerServices;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Where one worker's packets end that go nowhere: counted, told, and the latest remembered in a ring that forgets the oldest.</summary>
internal sealed class DropLog(FrameCache frames, Books books, CapturePoint captures, Faults faults, Action<Packet, ObjectKey, RuleNumber>? onDrop)
{
    /// <summary>Drops that are kept.</summary>
    public const int Capacity = 1024;

    private readonly DropRecord[] _records = GC.AllocateArray<DropRecord>(Capacity, pinned: true);
    private long _count;

    /// <summary>The time of what is noted, in milliseconds.</summary>
    public long Now { get; set; }

    /// <summary>Ends a packet: its frames are free from here on.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="key">The object that decided.</param>
    /// <param name="rule">The rule that decided.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void End(ref Packet packet, ObjectKey key, RuleNumber rule = default)
    {
        packet.Fate = Fate.Ended;
        books[packet.Ingress].Drops[(int)packet.Reason]++;
        Remember(packet, key, rule);

        if (captures.IsOn)
        {
            captures.Dropped(packet, key, rule);
        }

        if (onDrop is not null)
        {
            Tell(packet, key, rule);
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

    /// <summary>Forgets them.</summary>
    public void Forget() => _count = 0;

    private void Remember(in Packet packet, ObjectKey key, RuleNumber rule)
    {
        ref DropRecord record = ref _records[_count++ & (Capacity - 1)];
        record.Time = Now;
        record.Vif = packet.Ingress;
        record.Reason = packet.Reason;
        record.Object = key;
        record.Rule = rule;
        record.Length = (ushort)PacketBytes.CopyTo(frames.Region, packet, record.Packet);
    }

    private void Tell(in Packet packet, ObjectKey key, RuleNumber rule)
    {
        try
        {
            onDrop!(packet, key, rule);
        }
        catch (Exception fault)
        {
            faults.Add(fault);
        }
    }
}

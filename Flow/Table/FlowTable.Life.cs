using System.Runtime.CompilerServices;

namespace VRouter.Flow;

/// <summary>What packets and time do to flows.</summary>
public sealed partial class FlowTable
{
    /// <summary>Notes a packet of a direction: counts it, and for all protocols but TCP sees whether the flow is answered.</summary>
    /// <param name="entry">Its direction.</param>
    /// <param name="bytes">Its length, as interfaces count it.</param>
    /// <param name="now">The time in milliseconds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(uint entry, uint bytes, long now)
    {
        ref FlowState state = ref State(entry);
        ref FlowCount count = ref FlowState.CountOf(ref state, entry);
        count.Packets++;
        count.Bytes += bytes;
        state.LastSeen = (uint)now;

        if ((entry & 1) != 0 && state.Class.IsHalfOpen())
        {
            Change(entry, state.Class.Answered(), now);
        }
    }

    /// <summary>Counts a packet that belongs to a direction without being of it, such as an ICMP error: it neither keeps the flow alive nor answers it.</summary>
    public void NoteRelated(uint entry, uint bytes)
    {
        ref FlowCount count = ref FlowState.CountOf(ref State(entry), entry);
        count.Packets++;
        count.Bytes += bytes;
    }

    /// <summary>
    /// Judges a TCP segment, its flow's first one included, and lets the flow age as its connection is. Only what is not dropped is then
    /// noted. Denied and pinned flows stay so.
    /// </summary>
    public TcpVerdict Track(uint entry, in TcpSegment segment, long now)
    {
        ref FlowState state = ref State(entry);
        TcpState before = state.TcpState;
        TcpVerdict verdict = TcpTracker.Track(ref state.Tcp, entry & 1, in segment);

        if (state.TcpState != before && (state.Class is FlowClass.TcpNew or FlowClass.TcpEstablished))
        {
            Change(entry, ClassOf(state.TcpState), now);
        }

        return verdict;
    }

    /// <summary>What <see cref="Track"/> would say of a segment; nothing changes.</summary>
    public TcpVerdict Judge(uint entry, in TcpSegment segment)
    {
        TcpConnection copy = State(entry).Tcp;
        return TcpTracker.Track(ref copy, entry & 1, in segment);
    }

    /// <summary>Lets a flow age as another class does, from now on.</summary>
    public void Change(uint entry, FlowClass kind, long now)
    {
        if (State(entry).Class != kind)
        {
            _wheels.Remove(entry >> 1);
            _wheels.Add(entry >> 1, kind, now);
        }
    }

    /// <summary>
    /// Gives the flows whose time has come, by their forward entries; the owner removes each of them. Looks at no more flows than there is room
    /// for. Never early; late by a thousandth of the timeout at most, if it is called that often.
    /// </summary>
    public int TakeDue(long now, Span<uint> entries)
    {
        int count = _wheels.TakeDue(now, entries);

        foreach (ref uint entry in entries[..count])
        {
            entry *= 2;
        }

        return count;
    }

    /// <summary>
    /// The flow that gives way to a new one, by its forward entry, which the owner removes: a denied one, a closed one, else the half-open one
    /// that was not used for longest. 0: all are established.
    /// </summary>
    public uint FindVictim(long now) => 2 * _wheels.FindVictim(now);

    /// <summary>Sets other timeouts. They hold at once where they are longer, within one turn of the new ones where they are shorter.</summary>
    public void SetTimeouts(FlowTimeouts timeouts, long now) => _wheels.Set(timeouts, now);

    private static FlowClass ClassOf(TcpState state) => state switch
    {
        TcpState.SynSent => FlowClass.TcpNew,
        TcpState.Closed => FlowClass.Closed,
        _ => FlowClass.TcpEstablished,
    };
}

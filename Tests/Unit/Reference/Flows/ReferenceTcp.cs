using VRouter.Flow;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A TCP connection as seen from between its ends: the table in Flow/README.md, row by row.</summary>
internal sealed class ReferenceTcp
{
    private readonly TcpEnd[] _ends = [new(), new()];

    public TcpState State { get; private set; }

    public SegmentVerdict Judge(int direction, Segment segment)
    {
        (TcpEnd sender, TcpEnd receiver) = (_ends[direction], _ends[1 - direction]);

        // RFC 9293 section 3.10.7: nobody sends two of SYN, RST and FIN, or anything but SYN and RST without ACK.
        int controls = (segment.Syn ? 1 : 0) + (segment.Rst ? 1 : 0) + (segment.Fin ? 1 : 0);

        if (controls > 1 || !(segment.Ack || segment.Syn || segment.Rst))
        {
            return SegmentVerdict.Drops;
        }

        switch (State)
        {
            case TcpState.None:
                Begin(sender, receiver, segment);
                return SegmentVerdict.Passes;

            case TcpState.Closed:
                return segment is { Syn: true, Ack: false } ? SegmentVerdict.Reopens : SegmentVerdict.Passes;

            default:
                return segment.Rst ? Reset(sender, receiver, segment) : Continue(sender, receiver, segment);
        }
    }

    /// <summary>SYN: half-open. Anything else began unseen, and is at once what it says.</summary>
    private void Begin(TcpEnd sender, TcpEnd receiver, Segment segment)
    {
        sender.Begin(segment);

        if (segment is { Syn: true, Ack: false })
        {
            State = TcpState.SynSent;
            return;
        }

        // Whether they scale their windows was said before: it may be as far as can be.
        sender.Scale = TcpEnd.MostScale;
        sender.HasFinished = segment.Fin;

        if (segment.Ack)
        {
            receiver.Sent = segment.Acknowledgement;
            receiver.Acknowledged = segment.Sequence;
            receiver.RawWindow = ushort.MaxValue;
            receiver.Scale = TcpEnd.MostScale;
        }

        State = segment.Syn ? TcpState.SynSent : segment.Rst ? TcpState.Closed : segment.Fin ? TcpState.HalfClosed : TcpState.Established;
    }

    /// <summary>RFC 5961 section 3: only the exact number resets; elsewhere in the window the ends ask each other; outside of it nobody listens.</summary>
    private SegmentVerdict Reset(TcpEnd sender, TcpEnd receiver, Segment segment)
    {
        bool isExpected = segment.Sequence == receiver.Acknowledged || segment.Sequence == sender.Sent;
        bool refusesSyn = sender.Sent is null && segment.Ack && segment.Acknowledgement == receiver.Sent;

        if (isExpected || refusesSyn)
        {
            State = TcpState.Closed;
            return SegmentVerdict.Passes;
        }

        bool isInWindow = receiver.Acknowledged is { } expected && segment.Sequence - expected < receiver.Window;
        return isInWindow ? SegmentVerdict.Passes : SegmentVerdict.Drops;
    }

    /// <summary>Whatever it is, it goes on; only what can be of the connection is learned from.</summary>
    private SegmentVerdict Continue(TcpEnd sender, TcpEnd receiver, Segment segment)
    {
        if (segment.Syn)
        {
            if (State == TcpState.SynSent)
            {
                Synchronise(sender, receiver, segment);
            }
        }
        else if (IsPlausible(sender, receiver, segment))
        {
            Take(sender, receiver, segment);
        }

        return SegmentVerdict.Passes;
    }

    private static void Synchronise(TcpEnd sender, TcpEnd receiver, Segment segment)
    {
        // With Fast Open (RFC 7413) data of the SYN may be left unacknowledged.
        bool isAnswer = segment.Ack && receiver.Sent is { } sent && sent - segment.Acknowledgement <= ushort.MaxValue;
        bool isFirst = !segment.Ack && (receiver.Sent is null || sender.Sent is null || sender.Sent == segment.End);

        if (!isAnswer && !isFirst)
        {
            return;
        }

        sender.Begin(segment);

        // RFC 7323 section 2.2: both scale, or neither.
        if (isAnswer && (sender.Scale is null || receiver.Scale is null))
        {
            sender.Scale = receiver.Scale = null;
        }
    }

    /// <summary>It acknowledges no more than was sent, and carries what there is room for.</summary>
    private static bool IsPlausible(TcpEnd sender, TcpEnd receiver, Segment segment)
    {
        if (sender.Sent is null || receiver.Sent is not { } sent || IsBehind(segment.Acknowledgement, sent))
        {
            return false;
        }

        return receiver.Acknowledged is not { } expected
            || ((int)(segment.End - expected) <= receiver.Window + 1 && (int)(segment.Sequence - expected) >= -receiver.Window);
    }

    private void Take(TcpEnd sender, TcpEnd receiver, Segment segment)
    {
        bool acknowledgesAll = segment.Acknowledgement == receiver.Sent;
        sender.Acknowledge(segment);

        if (IsBehind(segment.End, sender.Sent!.Value))
        {
            // Whoever sends on had not finished: that FIN was not its own.
            sender.Sent = segment.End;
            sender.HasFinished = sender.IsFinishSeen = false;
        }

        sender.HasFinished |= segment.Fin && segment.End == sender.Sent;
        receiver.IsFinishSeen |= receiver.HasFinished && acknowledgesAll;

        if (State != TcpState.SynSent || acknowledgesAll)
        {
            bool isClosed = sender.IsFinishSeen && receiver.IsFinishSeen;
            State = isClosed ? TcpState.Closed : sender.HasFinished || receiver.HasFinished ? TcpState.HalfClosed : TcpState.Established;
        }
    }

    // RFC 9293 section 3.4: numbers go round.
    private static bool IsBehind(uint number, uint other) => (int)(number - other) > 0;
}

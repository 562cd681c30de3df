using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>
/// Follows TCP connections from between their ends, as closely as it takes to tell a real reset from a forged one (RFC 5961): what each side
/// has sent and acknowledged, and its largest window.
/// </summary>
internal static class TcpTracker
{
    /// <summary>Judges a segment in a direction and takes it into account.</summary>
    public static TcpVerdict Track(ref TcpConnection connection, uint direction, in TcpSegment segment)
    {
        ref TcpSide sender = ref TcpConnection.Side(ref connection, direction);
        ref TcpSide receiver = ref TcpConnection.Side(ref connection, direction ^ 1);

        if (!segment.IsPossible)
        {
            return TcpVerdict.Invalid;
        }

        if (connection.State == TcpState.None)
        {
            return Begin(ref connection.State, ref sender, ref receiver, in segment);
        }

        if (connection.State == TcpState.Closed)
        {
            return segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack) ? TcpVerdict.Reopened : TcpVerdict.Ignored;
        }

        if (segment.Has(TcpFlags.Rst))
        {
            return Reset(ref connection.State, in sender, in receiver, in segment);
        }

        return segment.Has(TcpFlags.Syn)
            ? Synchronise(connection.State, ref sender, ref receiver, in segment)
            : Proceed(ref connection.State, ref sender, ref receiver, in segment);
    }

    private static TcpVerdict Begin(ref TcpState state, ref TcpSide sender, ref TcpSide receiver, in TcpSegment segment)
    {
        if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack))
        {
            sender.Begin(in segment);
            state = TcpState.SynSent;
            return TcpVerdict.Accepted;
        }

        // The beginning was not seen: after a restart connections go on.
        sender.BeginMidstream(in segment);

        if (segment.Has(TcpFlags.Ack))
        {
            receiver.Assume(in segment);
        }

        sender.Flags |= segment.Has(TcpFlags.Fin) ? TcpSideFlags.Finished : TcpSideFlags.None;
        state = (segment.Flags & (TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Fin)) switch
        {
            TcpFlags.Syn => TcpState.SynSent,
            TcpFlags.Rst => TcpState.Closed,
            TcpFlags.Fin => TcpState.HalfClosed,
            _ => TcpState.Established,
        };
        return TcpVerdict.Accepted;
    }

    /// <summary>
    /// RFC 5961 section 3.2: only the number that the receiver expects resets. That is what it last acknowledged or, with data on the
    /// way, what the sender last sent. In between the ends sort it out; outside the window nobody would listen.
    /// </summary>
    private static TcpVerdict Reset(ref TcpState state, in TcpSide sender, in TcpSide receiver, in TcpSegment segment)
    {
        bool isExpected = receiver.Is(TcpSideFlags.Acknowledged) && segment.Sequence == receiver.Acknowledged;
        bool isNext = sender.Is(TcpSideFlags.Sent) && segment.Sequence == sender.End;

        // RFC 9293 section 3.10.7.3: the answer to a SYN has no number of its own; it must acknowledge the SYN.
        bool refusesSyn = !sender.Is(TcpSideFlags.Sent) && segment.Has(TcpFlags.Ack) && segment.Acknowledgement == receiver.End;

        if (isExpected || isNext || refusesSyn)
        {
            state = TcpState.Closed;
            return TcpVerdict.Accepted;
        }

        bool isInWindow = receiver.Is(TcpSideFlags.Acknowledged) && segment.Sequence - receiver.Acknowledged < receiver.Window;
        return isInWindow ? TcpVerdict.Ignored : TcpVerdict.Invalid;
    }

    private static TcpVerdict Synchronise(TcpState state, ref TcpSide sender, ref TcpSide receiver, in TcpSegment segment)
    {
        // RFC 5961 section 4.2: a SYN in a connection is answered with a challenge, and the ends sort it out.
        if (state != TcpState.SynSent)
        {
            return TcpVerdict.Ignored;
        }

        bool acknowledges = segment.Has(TcpFlags.Ack);

        // With TCP Fast Open (RFC 7413) data of the SYN may be left unacknowledged.
        bool isAnswer = acknowledges && receiver.Is(TcpSideFlags.Sent) && receiver.End - segment.Acknowledgement <= ushort.MaxValue;
        bool isFirst = !acknowledges && (!receiver.Is(TcpSideFlags.Sent) || !sender.Is(TcpSideFlags.Sent) || sender.End == segment.End);

        if (!isAnswer && !isFirst)
        {
            return TcpVerdict.Ignored;
        }

        sender.Begin(in segment);

        if (isAnswer && !(sender.Scales && receiver.Scales))
        {
            sender.StopScaling();
            receiver.StopScaling();
        }

        return TcpVerdict.Accepted;
    }

    private static TcpVerdict Proceed(ref TcpState state, ref TcpSide sender, ref TcpSide receiver, in TcpSegment segment)
    {
        if (!IsPlausible(in sender, in receiver, in segment))
        {
            return TcpVerdict.Ignored;
        }

        if (state == TcpState.SynSent && segment.Acknowledgement == receiver.End)
        {
            state = TcpState.Established;
        }

        sender.Acknowledge(in segment);
        Advance(ref sender, in segment);

        if (receiver.Is(TcpSideFlags.Finished) && segment.Acknowledgement == receiver.End)
        {
            receiver.Flags |= TcpSideFlags.FinishSeen;
        }

        if (state != TcpState.SynSent)
        {
            state = StateOf(in sender, in receiver);
        }

        return TcpVerdict.Accepted;
    }

    /// <summary>Data that the receiver has room for, and an acknowledgement of what it has sent.</summary>
    private static bool IsPlausible(in TcpSide sender, in TcpSide receiver, in TcpSegment segment)
    {
        if (!sender.Is(TcpSideFlags.Sent) || !receiver.Is(TcpSideFlags.Sent) || (int)(segment.Acknowledgement - receiver.End) > 0)
        {
            return false;
        }

        int window = (int)receiver.Window;
        return !receiver.Is(TcpSideFlags.Acknowledged)
            || ((int)(segment.End - receiver.Acknowledged) <= window + 1 && (int)(segment.Sequence - receiver.Acknowledged) >= -window);
    }

    private static void Advance(ref TcpSide sender, in TcpSegment segment)
    {
        int advance = (int)(segment.End - sender.End);

        if (advance > 0)
        {
            // Whoever sends on has not finished: that FIN was not its own.
            sender.End = segment.End;
            sender.Flags &= ~(TcpSideFlags.Finished | TcpSideFlags.FinishSeen);
        }

        if (advance >= 0 && segment.Has(TcpFlags.Fin))
        {
            sender.Flags |= TcpSideFlags.Finished;
        }
    }

    private static TcpState StateOf(in TcpSide sender, in TcpSide receiver)
    {
        if (sender.Is(TcpSideFlags.FinishSeen) && receiver.Is(TcpSideFlags.FinishSeen))
        {
            return TcpState.Closed;
        }

        return sender.Is(TcpSideFlags.Finished) || receiver.Is(TcpSideFlags.Finished) ? TcpState.HalfClosed : TcpState.Established;
    }
}

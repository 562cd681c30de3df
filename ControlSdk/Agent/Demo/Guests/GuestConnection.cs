namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// One TCP connection, from SYN to FIN, as small as it can be: a fixed window, segments in order only, everything unacknowledged
/// sent again after a while (RFC 9293 lets a receiver drop what is out of order). The client sends a request and closes when the
/// answer is whole; the server, which has what makes an answer of a request's head, answers and closes.
/// </summary>
internal sealed class GuestConnection(GuestSegments segments, Func<string, HttpMessage>? answerTo) : IDisposable
{
    private static readonly TimeSpan s_retransmit = TimeSpan.FromMilliseconds(200);

    private readonly HttpReader _reader = new();
    private readonly uint _first = answerTo is not null ? 0x5EED_0001u : 0x5EED_8001u;

    private HttpMessage? _message;
    private bool _closes;                   // a FIN follows the message
    private bool _hasSentSyn;
    private long _sent, _acknowledged;      // of the message, the FIN counting as one byte behind it
    private uint _expected;                 // the peer's next sequence number
    private bool _owesAcknowledgement;
    private bool _isReset;
    private bool _hasPeerFinished;
    private long _lastProgress;

    /// <summary>Whether the peer opened it.</summary>
    public bool IsServer => answerTo is not null;

    /// <summary>Whether the handshake is done.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>What has arrived.</summary>
    public HttpReader Received => _reader;

    /// <summary>Whether both sides have finished and been acknowledged, or one has given up.</summary>
    public bool IsOver => _isReset || (_hasPeerFinished && _closes && _acknowledged == End && !_owesAcknowledgement);

    private long Length => _message?.Length ?? 0;

    private long End => Length + (_closes ? 1 : 0);

    /// <summary>Sends a message; one that closes has a FIN behind it.</summary>
    public void Send(HttpMessage message, bool thenClose) => (_message, _closes) = (message, thenClose);

    public void Receive(in GuestSegment segment)
    {
        if (segment.Has(GuestFlags.Rst))
        {
            _isReset = true;
            return;
        }

        if (segment.Has(GuestFlags.Syn))
        {
            _expected = segment.Sequence + 1;
            _owesAcknowledgement = !IsServer;
            segments.Limit(segment.MaximumSegmentSize());
        }

        if (segment.Has(GuestFlags.Ack))
        {
            Acknowledge(segment.Acknowledgement);
        }

        if (IsEstablished && (segment.Payload.Length > 0 || segment.Has(GuestFlags.Fin)))
        {
            Take(segment);
        }
    }

    /// <summary>Ends it without a word to the peer; nothing more is sent.</summary>
    public void Dispose()
    {
        _isReset = true;
        _reader.Dispose();
    }

    /// <summary>Sends what is due; false when nothing was.</summary>
    public bool Poll()
    {
        if (TimeProvider.System.GetElapsedTime(_lastProgress) > s_retransmit && (_sent > _acknowledged || !IsEstablished))
        {
            (_sent, _hasSentSyn, _lastProgress) = (_acknowledged, false, TimeProvider.System.GetTimestamp());
        }

        return IsEstablished ? SendData() : SendSyn();
    }

    private void Acknowledge(uint acknowledgement)
    {
        int advance = (int)(acknowledgement - (_first + 1 + (uint)_acknowledged));

        if (!IsEstablished && advance == 0)
        {
            IsEstablished = true;
            _lastProgress = TimeProvider.System.GetTimestamp();
        }
        else if (advance > 0 && _acknowledged + advance <= End)
        {
            _acknowledged += advance;
            _sent = Math.Max(_sent, _acknowledged);
            _lastProgress = TimeProvider.System.GetTimestamp();
        }
    }

    private void Take(in GuestSegment segment)
    {
        _owesAcknowledgement = true;

        if (segment.Sequence != _expected)
        {
            return;
        }

        _expected += (uint)segment.Payload.Length;
        _reader.Append(segment.Payload);

        if (segment.Has(GuestFlags.Fin))
        {
            _expected++;
            _hasPeerFinished = true;
        }

        Answer();
    }

    private void Answer()
    {
        if (answerTo is not null && _message is null && _reader.IsComplete)
        {
            Send(answerTo(_reader.Head), thenClose: true);
        }
        else if (!IsServer && _reader.IsComplete)
        {
            _closes = true;
        }
    }

    private bool SendSyn()
    {
        if (_hasSentSyn)
        {
            return false;
        }

        _hasSentSyn = true;
        _lastProgress = TimeProvider.System.GetTimestamp();
        segments.Send(IsServer ? GuestFlags.Syn | GuestFlags.Ack : GuestFlags.Syn, _first, _expected);
        return true;
    }

    private bool SendData()
    {
        long limit = Math.Min(Length, _acknowledged + GuestSegments.Window);
        bool worked = _owesAcknowledgement;

        while (_sent < limit)
        {
            Span<byte> space = segments.Payload;
            int part = _message!.CopyTo(_sent, space[..(int)Math.Min(space.Length, limit - _sent)]);
            Emit(GuestFlags.Ack | GuestFlags.Psh, part);
            worked = true;
        }

        if (_closes && _sent == Length)
        {
            Emit(GuestFlags.Ack | GuestFlags.Fin, 0);
            _sent++;
            worked = true;
        }

        if (_owesAcknowledgement)
        {
            Emit(GuestFlags.Ack, 0);
        }

        return worked;
    }

    private void Emit(GuestFlags flags, int payload)
    {
        segments.Send(flags, _first + 1 + (uint)_sent, _expected, payload);
        _sent += payload;
        _owesAcknowledgement = false;
    }
}

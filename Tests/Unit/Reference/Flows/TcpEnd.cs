namespace VRouter.Tests.Unit.Reference;

/// <summary>What one end of a connection has said; null = nothing yet.</summary>
internal sealed class TcpEnd
{
    /// <summary>RFC 7323 section 2.3.</summary>
    public const int MostScale = 14;

    /// <summary>The number behind all that it has sent.</summary>
    public uint? Sent { get; set; }

    /// <summary>The highest number that it has acknowledged.</summary>
    public uint? Acknowledged { get; set; }

    /// <summary>The largest window that it has offered, unscaled.</summary>
    public int RawWindow { get; set; }

    public int? Scale { get; set; }

    public bool HasFinished { get; set; }

    /// <summary>The other end has acknowledged its FIN.</summary>
    public bool IsFinishSeen { get; set; }

    public int Window => Math.Max(RawWindow << (Scale ?? 0), 1);

    /// <summary>All of it anew, as a SYN says.</summary>
    public void Begin(Segment segment)
    {
        Sent = segment.End;
        Acknowledged = null;
        RawWindow = 0;
        Scale = segment.Scale;
        HasFinished = IsFinishSeen = false;
        Acknowledge(segment);
    }

    public void Acknowledge(Segment segment)
    {
        RawWindow = Math.Max(RawWindow, segment.Window);

        if (segment.Ack && (Acknowledged is not { } before || (int)(segment.Acknowledgement - before) > 0))
        {
            Acknowledged = segment.Acknowledgement;
        }
    }
}

using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A flow: what its first packet decided, and what has come since, both ways (semantics, section 4).</summary>
internal sealed class ReferenceFlow(ReferenceDirection forward, ReferenceDirection reverse, TimeSpan started)
{
    private static readonly TimeSpan s_denied = TimeSpan.FromSeconds(5);

    private readonly ReferenceDirection[] _directions = [forward, reverse];
    private TimeSpan _closed;

    public ReferenceDirection Forward => _directions[0];

    public ReferenceDirection Reverse => _directions[1];

    /// <summary>0 = as the first packet went, 1 = what comes back.</summary>
    public ReferenceDirection this[int direction] => _directions[direction];

    /// <summary>What the first packet was, to be judged again when something has changed.</summary>
    public required Arrival First { get; set; }

    /// <summary>The end that it came from, if that is here; else 0.</summary>
    public required VifId Sender { get; init; }

    /// <summary>The end that it went to, if that is here; else 0.</summary>
    public required VifId Receiver { get; set; }

    /// <summary>As what its first packet left.</summary>
    public required FiveTuple Leaving { get; init; }

    /// <summary>The member of a group that it has, or that its tunnel would be; null = neither.</summary>
    public uint? Member { get; set; }

    /// <summary>For how long after it its client keeps the member.</summary>
    public TimeSpan Affinity { get; set; }

    /// <summary>What was decided on it.</summary>
    public required Judgement Judgement { get; set; }

    /// <summary>Whose limit it counts under: the sender's if that is here, else the receiver's; 0 = nobody's.</summary>
    public required VifId Owner { get; init; }

    public ReferenceTcp? Tcp { get; init; }

    public TimeSpan Started { get; } = started;

    public TimeSpan LastSeen { get; private set; } = started;

    public bool IsAnswered { get; private set; }

    public bool IsDenied => !Judgement.IsAllowed;

    /// <summary>It is denied since something has changed.</summary>
    public bool IsRevoked { get; set; }

    public bool IsClosed => !IsDenied && Tcp is { State: TcpState.Closed };

    public bool IsHalfOpen => !IsDenied && (Tcp is null ? !IsAnswered : Tcp.State is TcpState.SynSent or TcpState.None);

    public byte Protocol => Forward.Key.Tuple.Protocol;

    /// <summary>What came back would be another flow's: there is one direction only.</summary>
    public bool IsOneWay => Forward.Key == Reverse.Key;

    public bool IsTranslated => Leaves(0) != Forward.Key.Tuple;

    /// <summary>Who talks to whom as packets of a direction leave: those of the other one come the other way round.</summary>
    public FiveTuple Leaves(int direction) => direction == 0 ? Leaving : Forward.Key.Tuple.Reverse();

    /// <summary>Counts a packet that goes on, or that is denied.</summary>
    public void Note(int direction, int bytes, TimeSpan now)
    {
        this[direction].Count(bytes);
        LastSeen = now;
        IsAnswered |= direction == 1;
    }

    /// <summary>What a TCP segment means to it, and what it does to its state.</summary>
    public SegmentVerdict Judge(int direction, Segment segment, TimeSpan now)
    {
        bool wasClosed = IsClosed;
        SegmentVerdict verdict = Tcp!.Judge(direction, segment);
        _closed = IsClosed && !wasClosed ? now : _closed;
        return verdict;
    }

    /// <summary>When it is over, if nothing comes.</summary>
    public TimeSpan Deadline(FlowTimeouts timeouts) => this switch
    {
        { IsDenied: true } => Started + s_denied,
        { IsClosed: true } => _closed + timeouts.TcpClosing,
        { Tcp.State: TcpState.SynSent or TcpState.None } => LastSeen + timeouts.TcpNew,
        { Tcp: not null } => LastSeen + timeouts.TcpEstablished,
        { Protocol: IpProtocol.Udp } => LastSeen + timeouts.Udp,
        { Protocol: IpProtocol.Icmp or IpProtocol.Icmpv6 } => LastSeen + timeouts.Icmp,
        _ => LastSeen + timeouts.Other,
    };

    /// <summary>Where it stands among those that give way to a new one: denied, closed, half-open; null = never.</summary>
    public int? Rank => IsDenied ? 0 : IsClosed ? 1 : IsHalfOpen ? 2 : null;

    /// <summary>Among those of one rank the one that came to it first goes first.</summary>
    public TimeSpan RankedSince => IsDenied ? Started : IsClosed ? _closed : LastSeen;

    /// <summary>Whether an interface is an end of it.</summary>
    public bool Touches(VifId vif) => vif == Sender || vif == Receiver;
}

using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A datagram of which fragments have come.</summary>
internal sealed class ReferenceDatagram(VifId vif, TimeSpan started)
{
    private static readonly TimeSpan s_life = TimeSpan.FromSeconds(30);

    private readonly List<(int Start, int End)> _pieces = [];
    private readonly List<(Arrival Arrival, TimeSpan Since)> _waiting = [];
    private ReferenceTransport? _transport;
    private bool _isPoisoned;
    private int? _total;

    /// <summary>The interface that it counts with.</summary>
    public VifId Vif => vif;

    /// <summary>Nothing is missing.</summary>
    public bool IsComplete => !_isPoisoned && _transport is not null && _pieces.Sum(piece => piece.End - piece.Start) == _total;

    public bool IsOver(TimeSpan now) => now - started >= s_life && _waiting.Count == 0;

    /// <summary>Whether a sender can have made a fragment: it carries something, in eights but at the end, of a datagram that IP can carry.</summary>
    public static bool IsPossible(IpPacket ip) => LengthOf(ip) > 0
        && (!ip.Fragment!.HasMore || LengthOf(ip) % 8 == 0)
        && ip.Fragment.Offset + LengthOf(ip) <= ushort.MaxValue - (ip.IsIpv6 ? 0 : 20);

    /// <summary>An exact duplicate is dropped alone; what overlaps, contradicts the end or cannot be drops the datagram (RFC 5722).</summary>
    public FragmentAnswer Take(Arrival arrival, TimeSpan now)
    {
        IpPacket ip = arrival.Ip;
        (int start, bool isLast) = (ip.Fragment!.Offset, !ip.Fragment.HasMore);
        (int Start, int End) piece = (start, start + LengthOf(ip));
        bool isDuplicate = _pieces.Contains(piece);
        bool isWrong = !IsPossible(ip) || Contradicts(piece, isLast) || (isDuplicate ? isLast && _total is null : _pieces.Any(other => piece.Start < other.End && other.Start < piece.End));

        if (_isPoisoned || isWrong || isDuplicate)
        {
            _isPoisoned |= isWrong;
            return new FragmentAnswer(DropReason.FragmentInvalid, null, _isPoisoned ? TakeWaiting(_ => true) : []);
        }

        _pieces.Add(piece);
        _total = isLast ? piece.End : _total;
        _transport ??= start == 0 ? ReferenceTransport.Of(ip) : null;

        if (_transport is null)
        {
            _waiting.Add((arrival, now));
            return new FragmentAnswer(DropReason.None, null, []);
        }

        return new FragmentAnswer(DropReason.None, _transport, TakeWaiting(_ => true));
    }

    /// <summary>Takes those that wait since a time, in the order that they came in.</summary>
    public IReadOnlyList<Arrival> TakeWaiting(Func<TimeSpan, bool> isMeant)
    {
        Arrival[] taken = [.. _waiting.Where(one => isMeant(one.Since)).Select(one => one.Arrival)];
        _waiting.RemoveAll(one => isMeant(one.Since));
        return taken;
    }

    /// <summary>The end is said once: nothing lies behind it, and no other piece says so too.</summary>
    private bool Contradicts((int Start, int End) piece, bool isLast) => _total is { } total
        ? piece.End > total || isLast != (piece.End == total)
        : isLast && _pieces.Any(other => other.End > piece.End);

    private static int LengthOf(IpPacket ip) => ip.Bytes.Length - ip.FragmentPayload;
}

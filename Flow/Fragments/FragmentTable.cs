namespace VRouter.Flow;

/// <summary>
/// Lets later fragments follow the first one, which alone has ports. Fragments go on one by one, nothing is put together; what comes before
/// the first waits for it. One worker's; bounded, in native memory.
/// </summary>
/// <param name="seed">The secret of the hash.</param>
/// <param name="limits">How much is kept.</param>
/// <param name="vifs">Vif indices are below this.</param>
public sealed class FragmentTable(FlowSeed seed, FragmentLimits limits, int vifs) : IDisposable
{
    /// <summary>How long a datagram is remembered that is not complete, in milliseconds.</summary>
    public const long Lifetime = 30_000;

    /// <summary>How long a packet waits for the first fragment, in milliseconds.</summary>
    public const long MostWait = 2_000;

    private const int RemovalsAStep = 4;

    private readonly Datagrams _datagrams = new(seed, limits, vifs);
    private readonly DatagramPieces _pieces = new(limits.Datagrams);
    private readonly WaitingFragments _waiting = new(limits, vifs);

    /// <summary>Datagrams that are remembered.</summary>
    public int Count => _datagrams.Count;

    /// <summary>Packets that wait.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Takes a fragment.</summary>
    /// <param name="key">Its flow's key with the identification in place of the ports.</param>
    /// <param name="vif">The vif whose bounds it counts under.</param>
    /// <param name="piece">What part of its datagram it is.</param>
    /// <param name="transport">Its protocol and ports, if it is the first one.</param>
    /// <param name="packet">The owner's number of its packet, not 0: kept if it must wait.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <remarks>
    /// After <see cref="FragmentVerdict.Follows"/> of a first fragment, and after <see cref="FragmentVerdict.Poisons"/>, the owner takes the packets
    /// that waited, until there are no more: they follow, or are dropped, too.
    /// </remarks>
    public FragmentResult Add(in FlowKey key, ushort vif, in FragmentPiece piece, Transport transport, uint packet, long now)
    {
        if (piece.IsWhole && piece.IsPossible(key.IsIpv6))
        {
            return new FragmentResult(FragmentVerdict.Follows, transport, 0);
        }

        RemoveOld(now);

        if (piece.IsPossible(key.IsIpv6) && piece.IsTiny(transport.Protocol))
        {
            return new FragmentResult(FragmentVerdict.Drops, default, 0);
        }

        uint number = _datagrams.Find(in key);

        // One whose time is over, though not removed yet, is another datagram's.
        if (number != 0 && now - _datagrams[number].Started >= Lifetime && _datagrams[number].FirstWaiting == 0)
        {
            _datagrams.Remove(number);
            number = 0;
        }

        if (number == 0)
        {
            number = _datagrams.Add(in key, vif, now);
        }

        return number == 0 ? new FragmentResult(FragmentVerdict.Refused, default, 0) : Add(number, in piece, transport, packet, now);
    }

    /// <summary>What <see cref="Add(in FlowKey, ushort, in FragmentPiece, Transport, uint, long)"/> would say; nothing changes.</summary>
    public FragmentResult Ask(in FlowKey key, in FragmentPiece piece, Transport transport)
    {
        bool isPossible = piece.IsPossible(key.IsIpv6);

        if (isPossible && piece.IsWhole)
        {
            return new FragmentResult(FragmentVerdict.Follows, transport, 0);
        }

        uint number = _datagrams.Find(in key);

        if ((isPossible && piece.IsTiny(transport.Protocol)) || (number != 0 && _datagrams[number].IsPoisoned))
        {
            return new FragmentResult(FragmentVerdict.Drops, default, 0);
        }

        // The datagram of index 0 has no pieces.
        ref Datagram datagram = ref _datagrams[number];
        FragmentVerdict verdict = Judge(number, key.IsIpv6, in datagram, in piece);

        return verdict != FragmentVerdict.Follows || piece.Offset == 0 ? new FragmentResult(verdict, transport, 0)
            : datagram.HasFirst ? new FragmentResult(verdict, new Transport(datagram.Protocol, datagram.Ports), 0)
            : new FragmentResult(FragmentVerdict.Waits, default, 0);
    }

    /// <summary>Takes the next packet that waited for a datagram; 0 = no more.</summary>
    public uint TakeWaiting(uint datagram)
    {
        if (datagram == 0)
        {
            return 0;
        }

        uint packet = _waiting.Take(ref _datagrams[datagram]);

        if (packet == 0)
        {
            RemoveIfComplete(datagram);
        }

        return packet;
    }

    /// <summary>Takes packets that have waited too long, as many as there is room for.</summary>
    public int TakeTimedOut(long now, Span<uint> packets)
    {
        int count = 0;

        while (count < packets.Length && _waiting.Oldest != 0 && now - _waiting[_waiting.Oldest].Since >= MostWait)
        {
            // The one that waits longest is the first of its datagram.
            packets[count++] = _waiting.Take(ref _datagrams[_waiting[_waiting.Oldest].Datagram]);
        }

        RemoveOld(now);
        return count;
    }

    /// <summary>
    /// Takes packets of a vif that is gone, with 0 of all, as many as there is room for; when all are taken, forgets the datagrams: another vif may
    /// come to have its number.
    /// </summary>
    public int TakeOf(ushort vif, Span<uint> packets)
    {
        int count = 0;

        for (uint waiting = _waiting.Oldest; waiting != 0 && count < packets.Length;)
        {
            (uint datagram, bool isMeant) = (_waiting[waiting].Datagram, vif == 0 || _waiting[waiting].Vif == vif);
            waiting = _waiting[waiting].Newer;

            if (isMeant)
            {
                // The one that waits longest is the first of its datagram.
                packets[count++] = _waiting.Take(ref _datagrams[datagram]);
            }
        }

        if (count < packets.Length)
        {
            _datagrams.RemoveOf(vif);
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _datagrams.Dispose();
        _pieces.Dispose();
        _waiting.Dispose();
    }

    private FragmentResult Add(uint number, in FragmentPiece piece, Transport transport, uint packet, long now)
    {
        ref Datagram datagram = ref _datagrams[number];

        if (datagram.IsPoisoned)
        {
            return new FragmentResult(FragmentVerdict.Drops, default, 0);
        }

        FragmentVerdict verdict = Judge(number, datagram.Key.IsIpv6, in datagram, in piece);

        if (verdict == FragmentVerdict.Poisons)
        {
            datagram.IsPoisoned = true;
        }

        if (verdict != FragmentVerdict.Follows)
        {
            return new FragmentResult(verdict, default, WhereAnyWait(number));
        }

        Take(number, ref datagram, in piece, transport);

        if (!datagram.HasFirst)
        {
            _waiting.Add(number, ref datagram, packet, now);
            return new FragmentResult(FragmentVerdict.Waits, default, number);
        }

        var result = new FragmentResult(FragmentVerdict.Follows, new Transport(datagram.Protocol, datagram.Ports), WhereAnyWait(number));
        RemoveIfComplete(number);
        return result;
    }

    // While packets wait a datagram is not removed, so that its number is not another one's before they are taken.
    private uint WhereAnyWait(uint number) => _datagrams[number].FirstWaiting != 0 ? number : 0;

    private FragmentVerdict Judge(uint number, bool isIpv6, in Datagram datagram, in FragmentPiece piece)
    {
        if (!piece.IsPossible(isIpv6))
        {
            return FragmentVerdict.Poisons;
        }

        PieceFit fit = _pieces.Fit(number, datagram.Pieces, in piece);

        // The end is said once: nothing lies behind it, and no other piece says so too.
        bool contradictsEnd = datagram.Total != 0
            ? piece.End > datagram.Total || piece.IsLast != (piece.End == datagram.Total)
            : piece.IsLast && piece.End < _pieces.End(number, datagram.Pieces);

        if (fit == PieceFit.Overlap || contradictsEnd || (fit == PieceFit.Duplicate && piece.IsLast && datagram.Total == 0))
        {
            return FragmentVerdict.Poisons;
        }

        if (fit == PieceFit.Duplicate)
        {
            return FragmentVerdict.Drops;
        }

        bool mustWait = !datagram.HasFirst && piece.Offset != 0;
        bool hasRoom = datagram.Pieces < DatagramPieces.Most && (!mustWait || _waiting.HasRoom(datagram.Vif));
        return hasRoom ? FragmentVerdict.Follows : FragmentVerdict.Refused;
    }

    private void Take(uint number, ref Datagram datagram, in FragmentPiece piece, Transport transport)
    {
        _pieces.Add(number, datagram.Pieces, in piece);
        datagram.Pieces++;
        datagram.Received += piece.Length;
        datagram.Total = piece.IsLast ? piece.End : datagram.Total;

        if (piece.Offset == 0)
        {
            datagram.HasFirst = true;
            datagram.Ports = transport.Ports;
            datagram.Protocol = transport.Protocol;
        }
    }

    private void RemoveIfComplete(uint number)
    {
        if (_datagrams[number] is { IsComplete: true, IsPoisoned: false, FirstWaiting: 0 })
        {
            _datagrams.Remove(number);
        }
    }

    private void RemoveOld(long now)
    {
        for (int i = 0; i < RemovalsAStep && _datagrams.Oldest != 0; i++)
        {
            ref Datagram oldest = ref _datagrams[_datagrams.Oldest];

            if (now - oldest.Started < Lifetime || oldest.FirstWaiting != 0)
            {
                break;
            }

            _datagrams.Remove(_datagrams.Oldest);
        }
    }
}

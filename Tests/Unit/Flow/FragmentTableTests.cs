using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class FragmentTableTests
{
    private const uint Ports = 0x1F90_0050;
    private const ushort Vif = 3;

    private static readonly FragmentLimits s_limits = new(Datagrams: 64, DatagramsAVif: 16, WaitingAVif: 8);
    private static readonly FragmentPiece s_first = new(0, 1480, false);
    private static readonly FragmentPiece s_second = new(1480, 1480, false);
    private static readonly FragmentPiece s_third = new(2960, 1480, false);
    private static readonly FragmentPiece s_last = new(4440, 13, true);
    private static readonly FragmentPiece[] s_datagram = [s_first, s_second, s_third, s_last];

    private FragmentTable _table = null!;
    private uint _packet;
    private long _now;

    private static IEnumerable<int[]> Orders =>
        from a in Enumerable.Range(0, 4)
        from b in Enumerable.Range(0, 4)
        from c in Enumerable.Range(0, 4)
        from d in Enumerable.Range(0, 4)
        let order = new[] { a, b, c, d }
        where order.Distinct().Count() == 4
        select order;

    [SetUp]
    public void Begin()
    {
        _table = new FragmentTable(new FlowSeed(1, 2), s_limits, vifs: 8);
        (_packet, _now) = (0, 1_000);
    }

    [TearDown]
    public void End() => _table.Dispose();

    [Test]
    public void LetsEveryPieceFollowTheFirstInAnyOrder([ValueSource(nameof(Orders))] int[] order, [Values] bool isIpv6)
    {
        var follows = new List<uint>();
        bool hasFirst = false;

        foreach (int piece in order)
        {
            hasFirst |= piece == 0;
            FragmentResult result = Add(s_datagram[piece], isIpv6: isIpv6);
            Assert.That(result.Verdict, Is.EqualTo(hasFirst ? FragmentVerdict.Follows : FragmentVerdict.Waits));

            if (hasFirst)
            {
                Assert.That(result.Transport.Ports, Is.EqualTo(Ports));
                follows.AddRange([.. piece == 0 ? Waiting(result) : [], _packet]);
            }
        }

        Assert.That(follows, Is.EquivalentTo(new[] { 1, 2, 3, 4 }));
        Assert.That((_table.Count, _table.WaitingCount), Is.EqualTo((0, 0)), "a complete datagram is forgotten");
    }

    [Test]
    public void GivesOutWhatWaitedInTheOrderItCame()
    {
        Add(s_last);
        Add(s_second);
        Add(s_third);

        Assert.That(Waiting(Add(s_first)), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void TellsOfADatagramOnlyWherePacketsWait()
    {
        Assert.That(Add(s_first).Datagram, Is.Zero, "its number may soon be another one's");
        Add(s_last, id: 2);
        FragmentResult first = Add(s_first, id: 2);
        Assert.That(Add(s_second, id: 2).Datagram, Is.EqualTo(first.Datagram));
        Add(s_third, id: 2);

        Assert.That(_table.Count, Is.EqualTo(2), "it is complete, but still has to be asked for");
        Assert.That(Waiting(first), Is.EqualTo(new[] { 2 }));
        Assert.That(_table.Count, Is.EqualTo(1));
    }

    [Test]
    public void ForgetsAVifThatIsGone()
    {
        Add(s_second, id: 1);
        Add(s_second, id: 2, vif: 5);
        Add(s_third, id: 1);
        Add(s_first, id: 3);
        uint[] room = new uint[8];

        Assert.That(room[.._table.TakeOf(Vif, room)], Is.EqualTo(new[] { 1, 3 }));
        Assert.That((_table.Count, _table.WaitingCount), Is.EqualTo((1, 1)));
        Assert.That(Waiting(Add(s_first, id: 2, vif: 5)), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void ForgetsEverything()
    {
        Add(s_second, id: 1);
        Add(s_first, id: 2, vif: 5);
        Add(s_second, id: 3, vif: 5);
        uint[] room = new uint[8];

        Assert.That(room[.._table.TakeOf(0, room)], Is.EqualTo(new[] { 1, 3 }));
        Assert.That((_table.Count, _table.WaitingCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void GivesOutWhatAVifThatIsGoneLeftSomeAtATime()
    {
        for (uint id = 0; id < 5; id++)
        {
            Add(s_second, id);
        }

        uint[] room = new uint[2];
        Assert.That(Enumerable.Range(0, 3).SelectMany(_ => room[.._table.TakeOf(Vif, room)]), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That((_table.Count, _table.WaitingCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void TellsDatagramsApart()
    {
        Add(s_first, id: 1);

        Assert.That(Add(s_second, id: 2).Verdict, Is.EqualTo(FragmentVerdict.Waits));
        Assert.That(Add(s_second, id: 1, protocol: IpProtocol.Tcp).Verdict, Is.EqualTo(FragmentVerdict.Waits));
        Assert.That(Add(s_second, id: 1).Verdict, Is.EqualTo(FragmentVerdict.Follows));
    }

    [Test]
    public void DropsAnExactDuplicateAndNothingElse([Values(0, 1, 3)] int piece)
    {
        Add(s_datagram[piece]);
        Assert.That(Add(s_datagram[piece]).Verdict, Is.EqualTo(FragmentVerdict.Drops));

        foreach (FragmentPiece other in s_datagram.Where(other => other != s_datagram[piece]))
        {
            Assert.That(Add(other).Verdict, Is.AnyOf(FragmentVerdict.Follows, FragmentVerdict.Waits));
        }
    }

    [TestCase(1472, 16, false, TestName = "IsPoisonedByAPieceAcrossTwo")]
    [TestCase(1480, 1472, false, TestName = "IsPoisonedByAPieceWithinAnother")]
    [TestCase(1472, 2000, false, TestName = "IsPoisonedByAPieceAroundAnother")]
    [TestCase(0, 1488, false, TestName = "IsPoisonedByALongerFirstOne")]
    [TestCase(8, 8, false, TestName = "IsPoisonedByAPieceOverTheTransportHeader")]
    [TestCase(4440, 8, true, TestName = "IsPoisonedByAShorterLastOne")]
    [TestCase(4456, 8, true, TestName = "IsPoisonedByAPieceBehindTheLastOne")]
    [TestCase(4456, 8, false, TestName = "IsPoisonedByAMiddleOneBehindTheLastOne")]
    [TestCase(2960, 1480, true, TestName = "IsPoisonedByASecondEnd")]
    [TestCase(2960, 7, false, TestName = "IsPoisonedByAMiddleOneOfOddLength")]
    [TestCase(2960, 0, false, TestName = "IsPoisonedByAnEmptyOne")]
    [TestCase(65528, 100, true, TestName = "IsPoisonedByAPieceBeyondWhatIpCarries")]
    public void IsPoisoned(int offset, int length, bool isLast)
    {
        Add(s_first);
        Add(s_second);
        Add(s_last);

        Assert.That(Add(new FragmentPiece(offset, length, isLast)).Verdict, Is.EqualTo(FragmentVerdict.Poisons));
        Assert.That(Add(s_third).Verdict, Is.EqualTo(FragmentVerdict.Drops));
        _now += FragmentTable.Lifetime - 1;
        Assert.That(Add(s_third).Verdict, Is.EqualTo(FragmentVerdict.Drops), "as long as it would have lived");
        _now++;
        Assert.That(Add(s_first).Verdict, Is.EqualTo(FragmentVerdict.Follows), "another datagram by then");
    }

    [Test]
    public void IsPoisonedWithWhatWaits([Values] bool isIpv6)
    {
        Add(s_second, isIpv6: isIpv6);
        Add(s_third, isIpv6: isIpv6);
        FragmentResult result = Add(new FragmentPiece(1488, 8, false), isIpv6: isIpv6);

        Assert.That(result.Verdict, Is.EqualTo(FragmentVerdict.Poisons));
        Assert.That(Waiting(result), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(Add(s_first, isIpv6: isIpv6).Verdict, Is.EqualTo(FragmentVerdict.Drops));
    }

    [Test]
    public void IsPoisonedByALastOneThatEndsBeforeOthers()
    {
        Add(s_third);
        Assert.That(Add(new FragmentPiece(1480, 8, true)).Verdict, Is.EqualTo(FragmentVerdict.Poisons));
    }

    [TestCase(IpProtocol.Tcp, 16)]
    [TestCase(IpProtocol.Sctp, 8)]
    public void DropsAFirstOneTooShortForPortsWithoutPoison(byte protocol, int length)
    {
        Assert.That(Add(new FragmentPiece(0, length, false), protocol: protocol).Verdict, Is.EqualTo(FragmentVerdict.Drops));
        Assert.That(Add(s_first, protocol: protocol).Verdict, Is.EqualTo(FragmentVerdict.Follows));
        Assert.That(Add(s_second, protocol: protocol).Verdict, Is.EqualTo(FragmentVerdict.Follows));
    }

    [Test]
    public void LetsAWholeDatagramPassByItself()
    {
        Add(s_second, isIpv6: true);

        Assert.That(Add(new FragmentPiece(0, 100, true), isIpv6: true).Verdict, Is.EqualTo(FragmentVerdict.Follows));
        Assert.That(_table.WaitingCount, Is.EqualTo(1));
    }

    [Test]
    public void GivesUpAfterTwoSeconds()
    {
        Add(s_second);
        _now += 1;
        Add(s_third);
        uint[] room = new uint[10];

        Assert.That(_table.TakeTimedOut(1_000 + FragmentTable.MostWait - 1, room), Is.Zero);
        Assert.That(_table.TakeTimedOut(1_000 + FragmentTable.MostWait, room), Is.EqualTo(1));
        Assert.That(room[0], Is.EqualTo(1));
        Assert.That(_table.TakeTimedOut(long.MaxValue, room), Is.EqualTo(1));
        Assert.That(Waiting(Add(s_first)), Is.Empty);
    }

    [Test]
    public void ForgetsAfterThirtySeconds()
    {
        Add(s_first);
        _now += FragmentTable.Lifetime - 1;
        Assert.That(Add(s_second).Verdict, Is.EqualTo(FragmentVerdict.Follows));
        _now++;
        Assert.That(Add(s_third).Verdict, Is.EqualTo(FragmentVerdict.Waits));
    }

    [Test]
    public void KeepsNoMorePacketsOfAVifWaitingThanItMay()
    {
        for (uint id = 0; id < s_limits.WaitingAVif; id++)
        {
            Assert.That(Add(s_second, id).Verdict, Is.EqualTo(FragmentVerdict.Waits));
        }

        Assert.That(Add(s_third, id: 0).Verdict, Is.EqualTo(FragmentVerdict.Refused));
        Assert.That(Add(s_second, id: 100, vif: 4).Verdict, Is.EqualTo(FragmentVerdict.Waits), "others have room");
        Assert.That(Add(s_first, id: 0).Verdict, Is.EqualTo(FragmentVerdict.Follows));
    }

    [Test]
    public void RemembersNoMoreDatagramsOfAVifThanItMay()
    {
        for (uint id = 0; id < s_limits.DatagramsAVif; id++)
        {
            Assert.That(Add(s_first, id).Verdict, Is.EqualTo(FragmentVerdict.Follows));
        }

        Assert.That(Add(s_first, id: 1000).Verdict, Is.EqualTo(FragmentVerdict.Refused));
        Assert.That(Add(s_first, id: 1000, vif: 4).Verdict, Is.EqualTo(FragmentVerdict.Follows));

        _now += FragmentTable.Lifetime;
        Assert.That(Add(s_first, id: 1001).Verdict, Is.EqualTo(FragmentVerdict.Follows));
    }

    [Test]
    public void RefusesMorePiecesThanIpv6Needs()
    {
        for (int piece = 0; piece < 64; piece++)
        {
            Assert.That(Add(new FragmentPiece(16 * piece, 16, false)).Verdict, Is.EqualTo(FragmentVerdict.Follows));
        }

        Assert.That(Add(new FragmentPiece(16 * 64, 16, false)).Verdict, Is.EqualTo(FragmentVerdict.Refused));
    }

    [Test]
    public void IsEmptyAgainAfterAnyMixOfTraffic([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var held = new HashSet<uint>();
        uint[] room = new uint[64];

        for (int step = 0; step < 5_000; step++)
        {
            _now += random.Next(20);
            var piece = new FragmentPiece(8 * random.Next(6), 8 * random.Next(1, 4), random.Next(4) == 0);
            FragmentResult result = Add(piece, id: (uint)random.Next(40), vif: (ushort)random.Next(1, 8));

            if (result.Verdict == FragmentVerdict.Waits)
            {
                Assert.That(held.Add(_packet));
            }
            else if (result.Verdict is FragmentVerdict.Follows or FragmentVerdict.Poisons)
            {
                Assert.That(Waiting(result).All(held.Remove));
            }

            Assert.That(room[.._table.TakeTimedOut(_now, room)].All(held.Remove));
            Assert.That(_table.WaitingCount, Is.EqualTo(held.Count));
        }

        Assert.That(room[.._table.TakeTimedOut(long.MaxValue, room)].All(held.Remove));

        for (int step = 0; step < 100; step++)
        {
            _table.TakeTimedOut(long.MaxValue, room);
        }

        Assert.That((_table.Count, held.Count), Is.EqualTo((0, 0)));
    }

    private FragmentResult Add(FragmentPiece piece, uint id = 1, bool isIpv6 = false, byte protocol = IpProtocol.Udp, ushort vif = Vif)
    {
        FlowKey flow = Keys.Of(1, isIpv6, protocol);
        FlowKey key = FlowKey.Of(vif, flow.Vrf, flow.Source, flow.Destination, protocol, id);
        return _table.Add(key, vif, piece, new Transport(key.Protocol, Ports), ++_packet, _now);
    }

    private List<uint> Waiting(FragmentResult result)
    {
        var packets = new List<uint>();

        for (uint packet = _table.TakeWaiting(result.Datagram); packet != 0; packet = _table.TakeWaiting(result.Datagram))
        {
            packets.Add(packet);
        }

        return packets;
    }
}

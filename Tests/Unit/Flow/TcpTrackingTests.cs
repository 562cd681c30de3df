using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class TcpTrackingTests
{
    private const TcpFlags Ack = TcpFlags.Ack;
    private const TcpFlags Syn = TcpFlags.Syn;
    private const TcpFlags Fin = TcpFlags.Fin;
    private const TcpFlags Rst = TcpFlags.Rst;

    private const uint Client = 1_000;
    private const uint Server = 900_000;

    private Conversation _tcp = null!;

    [SetUp]
    public void Begin() => _tcp = new Conversation();

    [TearDown]
    public void End() => _tcp.Dispose();

    [Test]
    public void IsHalfOpenUntilTheThirdSegment()
    {
        _tcp.Forward(Client, 0, Syn);
        Assert.That((_tcp.State, _tcp.Class), Is.EqualTo((TcpState.SynSent, FlowClass.TcpNew)));

        _tcp.Reverse(Server, Client + 1, Syn | Ack);
        Assert.That((_tcp.State, _tcp.Class), Is.EqualTo((TcpState.SynSent, FlowClass.TcpNew)));

        _tcp.Forward(Client + 1, Server + 1, Ack);
        Assert.That((_tcp.State, _tcp.Class), Is.EqualTo((TcpState.Established, FlowClass.TcpEstablished)));
    }

    [Test]
    public void IsNotEstablishedByTheClientAlone()
    {
        _tcp.Forward(Client, 0, Syn);
        Assert.That(_tcp.Forward(Client + 1, Server + 1, Ack), Is.EqualTo(TcpVerdict.Ignored));

        _tcp.Reverse(Server, Client + 1, Syn | Ack);
        Assert.That(_tcp.Forward(Client + 1, Server + 500, Ack), Is.EqualTo(TcpVerdict.Ignored), "it has not seen the server's number");
        Assert.That(_tcp.State, Is.EqualTo(TcpState.SynSent));
    }

    [Test]
    public void IsEstablishedBySimultaneousOpen()
    {
        _tcp.Forward(Client, 0, Syn);
        _tcp.Reverse(Server, 0, Syn);
        _tcp.Forward(Client, Server + 1, Syn | Ack);
        _tcp.Reverse(Server + 1, Client + 1, Ack);

        Assert.That(_tcp.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void TakesRepeatedSegmentsOfTheHandshake()
    {
        _tcp.Forward(Client, 0, Syn);
        Assert.That(_tcp.Forward(Client, 0, Syn), Is.EqualTo(TcpVerdict.Accepted));
        Assert.That(_tcp.Forward(Client + 77, 0, Syn), Is.EqualTo(TcpVerdict.Accepted), "the client has given up and begun anew");
        _tcp.Reverse(Server, Client + 78, Syn | Ack);
        Assert.That(_tcp.Reverse(Server, Client + 78, Syn | Ack), Is.EqualTo(TcpVerdict.Accepted));
        Assert.That(_tcp.Forward(Client + 5000, 0, Syn), Is.EqualTo(TcpVerdict.Ignored), "the server has answered another");
        _tcp.Forward(Client + 78, Server + 1, Ack);

        Assert.That(_tcp.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void IsHalfClosedByOneFinAndClosedWhenBothAreAcknowledged()
    {
        _tcp.Establish();
        _tcp.Forward(Client + 1, Server + 1, Fin | Ack);
        Assert.That(_tcp.State, Is.EqualTo(TcpState.HalfClosed));

        _tcp.Reverse(Server + 1, Client + 2, Ack, length: 500);
        _tcp.Forward(Client + 2, Server + 501, Ack);
        Assert.That((_tcp.State, _tcp.Class), Is.EqualTo((TcpState.HalfClosed, FlowClass.TcpEstablished)), "the other side may go on for hours");

        _tcp.Reverse(Server + 501, Client + 2, Fin | Ack);
        Assert.That(_tcp.State, Is.EqualTo(TcpState.HalfClosed));

        _tcp.Forward(Client + 2, Server + 502, Ack);
        Assert.That((_tcp.State, _tcp.Class), Is.EqualTo((TcpState.Closed, FlowClass.Closed)));
    }

    [Test]
    public void IsClosedByFinsThatCross()
    {
        _tcp.Establish();
        _tcp.Forward(Client + 1, Server + 1, Fin | Ack);
        _tcp.Reverse(Server + 1, Client + 1, Fin | Ack);
        _tcp.Forward(Client + 2, Server + 2, Ack);
        Assert.That(_tcp.State, Is.EqualTo(TcpState.HalfClosed));

        _tcp.Reverse(Server + 2, Client + 2, Ack);
        Assert.That(_tcp.State, Is.EqualTo(TcpState.Closed));
    }

    [Test]
    public void IsClosedByFinsAndAcknowledgementsThatAreRepeated()
    {
        _tcp.Establish();
        _tcp.Forward(Client + 1, Server + 1, Fin | Ack);
        _tcp.Forward(Client + 1, Server + 1, Fin | Ack);
        _tcp.Reverse(Server + 1, Client + 2, Fin | Ack);
        _tcp.Reverse(Server + 1, Client + 2, Fin | Ack);
        _tcp.Forward(Client + 2, Server + 2, Ack);

        Assert.That(_tcp.State, Is.EqualTo(TcpState.Closed));
    }

    [Test]
    public void ForgetsAForgedFinWhenItsSenderSendsOn()
    {
        _tcp.Establish();
        Assert.That(_tcp.Forward(Client + 50, Server + 1, Fin | Ack), Is.EqualTo(TcpVerdict.Accepted));
        _tcp.Forward(Client + 1, Server + 1, Ack, length: 1000);

        Assert.That(_tcp.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void IsClosedByAResetWithTheNumberThatIsExpected([Values(Rst, Rst | Ack)] TcpFlags flags)
    {
        _tcp.Establish();
        _tcp.Forward(Client + 1, Server + 1, Ack, length: 100);
        _tcp.Reverse(Server + 1, Client + 101, Ack);

        Assert.That(_tcp.Forward(Client + 101, Server + 1, flags), Is.EqualTo(TcpVerdict.Accepted));
        Assert.That((_tcp.State, _tcp.Class), Is.EqualTo((TcpState.Closed, FlowClass.Closed)));
    }

    [Test]
    public void IsClosedByAResetBehindDataOnTheWay([Values(Rst, Rst | Ack)] TcpFlags flags)
    {
        _tcp.Establish();
        _tcp.Forward(Client + 1, Server + 1, Ack, length: 100);

        _tcp.Forward(Client + 101, Server + 1, flags);
        Assert.That(_tcp.State, Is.EqualTo(TcpState.Closed));
    }

    [Test]
    public void IsClosedByTheAnswerOfAnEndThatKnowsNothing()
    {
        _tcp.Establish();
        _tcp.Forward(Client + 1, Server + 1, Ack, length: 100);

        _tcp.Reverse(Server + 1, 0, Rst);
        Assert.That(_tcp.State, Is.EqualTo(TcpState.Closed));
    }

    [Test]
    public void IsClosedByTheRefusalOfItsSyn()
    {
        _tcp.Forward(Client, 0, Syn);

        Assert.That(_tcp.Reverse(0, Client + 1, Rst | Ack), Is.EqualTo(TcpVerdict.Accepted));
        Assert.That(_tcp.State, Is.EqualTo(TcpState.Closed));
    }

    [TestCase(0u, Client, Rst | Ack, TestName = "IsNotHarmedByARefusalOfAnotherSyn")]
    [TestCase(0u, Client + 1, Rst, TestName = "IsNotHarmedByARefusalThatAcknowledgesNothing")]
    [TestCase(Server, 0u, Rst, TestName = "IsNotHarmedByAResetOutOfNowhere")]
    public void IsNotHarmedWhileItsSynIsUnanswered(uint sequence, uint acknowledgement, TcpFlags flags)
    {
        _tcp.Forward(Client, 0, Syn);

        Assert.That(_tcp.Reverse(sequence, acknowledgement, flags), Is.EqualTo(TcpVerdict.Invalid));
        Assert.That(_tcp.State, Is.EqualTo(TcpState.SynSent));
    }

    [TestCase(Client + 2, TcpVerdict.Ignored, TestName = "LeavesAResetInTheWindowToTheEnds")]
    [TestCase(Client + 60_000, TcpVerdict.Ignored, TestName = "LeavesAResetAtTheEndOfTheWindowToTheEnds")]
    [TestCase(Client, TcpVerdict.Invalid, TestName = "DropsAResetBeforeTheWindow")]
    [TestCase(Client + 70_000, TcpVerdict.Invalid, TestName = "DropsAResetBehindTheWindow")]
    [TestCase(Client + 0x8000_0000, TcpVerdict.Invalid, TestName = "DropsAResetFarAway")]
    public void IsNotHarmedByForgedResets(uint sequence, TcpVerdict expected)
    {
        _tcp.Establish();

        Assert.That(_tcp.Forward(sequence, Server + 1, Rst | Ack), Is.EqualTo(expected));
        Assert.That(_tcp.Forward(sequence, 0, Rst), Is.EqualTo(expected));
        Assert.That(_tcp.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void IsNotPreparedForAForgedResetByForgedData()
    {
        _tcp.Establish();
        Assert.That(_tcp.Forward(Client + 500_000, Server + 1, Ack, length: 10), Is.EqualTo(TcpVerdict.Ignored), "beyond the window");
        Assert.That(_tcp.Reverse(Server + 1, Client + 5_000, Ack), Is.EqualTo(TcpVerdict.Ignored), "acknowledges what was never sent");

        Assert.That(_tcp.Forward(Client + 500_010, 0, Rst), Is.EqualTo(TcpVerdict.Invalid));
        Assert.That(_tcp.Forward(Client + 5_000, 0, Rst), Is.EqualTo(TcpVerdict.Ignored));
        Assert.That(_tcp.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void ScalesWindowsIfBothSidesOffer([Values(7, TcpSegment.NoScale)] int clientScale, [Values(7, TcpSegment.NoScale)] int serverScale)
    {
        _tcp.Forward(Client, 0, Syn, scale: (byte)clientScale);
        _tcp.Reverse(Server, Client + 1, Syn | Ack, scale: (byte)serverScale);
        _tcp.Forward(Client + 1, Server + 1, Ack);
        bool scales = clientScale == 7 && serverScale == 7;

        Assert.That(_tcp.Forward(Client + 1 + 1_000_000, Server + 1, Ack, length: 10), Is.EqualTo(scales ? TcpVerdict.Accepted : TcpVerdict.Ignored));
    }

    [Test]
    public void TakesAProbeOfOneByteBehindAFullWindow()
    {
        _tcp.Establish();
        _tcp.Forward(Client + 1, Server + 1, Ack, length: ushort.MaxValue);
        Assert.That(_tcp.Forward(Client + 1 + ushort.MaxValue, Server + 1, Ack, length: 1), Is.EqualTo(TcpVerdict.Accepted));
    }

    [Test]
    public void LeavesASynInAConnectionToTheEnds()
    {
        _tcp.Establish();
        Assert.That(_tcp.Forward(Client + 9_999, 0, Syn), Is.EqualTo(TcpVerdict.Ignored));
        Assert.That(_tcp.Reverse(Server + 9, Client + 1, Syn | Ack), Is.EqualTo(TcpVerdict.Ignored));

        // The challenge and its answer (RFC 5961 section 4.2): the client had really lost the connection.
        _tcp.Reverse(Server + 1, Client + 1, Ack);
        _tcp.Forward(Client + 1, 0, Rst);
        Assert.That(_tcp.State, Is.EqualTo(TcpState.Closed));
        Assert.That(_tcp.Forward(Client + 9_999, 0, Syn), Is.EqualTo(TcpVerdict.Reopened));
    }

    [Test]
    public void IsReopenedByNothingButASyn()
    {
        _tcp.Establish();
        _tcp.Forward(Client + 1, 0, Rst);

        Assert.That(_tcp.Forward(Client + 1, Server + 1, Ack, length: 10), Is.EqualTo(TcpVerdict.Ignored));
        Assert.That(_tcp.Forward(Client + 1, Server + 1, Rst), Is.EqualTo(TcpVerdict.Ignored));
        Assert.That(_tcp.Reverse(Server + 1, Client + 1, Syn | Ack), Is.EqualTo(TcpVerdict.Ignored));
        Assert.That(_tcp.Forward(Client + 70, 0, Syn), Is.EqualTo(TcpVerdict.Reopened));
    }

    [Test]
    public void IsEstablishedAtOnceInTheMiddle()
    {
        Assert.That(_tcp.Forward(Client, Server, Ack, length: 100), Is.EqualTo(TcpVerdict.Accepted));
        Assert.That((_tcp.State, _tcp.Class), Is.EqualTo((TcpState.Established, FlowClass.TcpEstablished)));
    }

    [Test]
    public void LearnsTheNumbersOfAConnectionThatItMetInTheMiddle()
    {
        _tcp.Forward(Client, Server, Ack, length: 100);
        Assert.That(_tcp.Reverse(Server + 3_000, Client + 100, Ack, length: 1000), Is.EqualTo(TcpVerdict.Accepted), "more was on the way");
        _tcp.Forward(Client + 100, Server + 4_000, Ack);

        Assert.That(_tcp.Reverse(Server + 100_000, 0, Rst), Is.Not.EqualTo(TcpVerdict.Accepted));
        Assert.That(_tcp.Reverse(Server + 4_000, 0, Rst), Is.EqualTo(TcpVerdict.Accepted));
    }

    [Test]
    public void ClosesAConnectionThatItMetInTheMiddle()
    {
        _tcp.Reverse(Server, Client, Ack, length: 100);
        _tcp.Forward(Client, Server + 100, Fin | Ack);
        _tcp.Reverse(Server + 100, Client + 1, Fin | Ack);
        _tcp.Forward(Client + 1, Server + 101, Ack);

        Assert.That(_tcp.State, Is.EqualTo(TcpState.Closed));
    }

    [TestCase(Rst, TcpState.Closed)]
    [TestCase(Rst | Ack, TcpState.Closed)]
    [TestCase(Fin | Ack, TcpState.HalfClosed)]
    [TestCase(Syn | Ack, TcpState.SynSent)]
    public void BeginsWhereItsFirstSegmentSays(TcpFlags flags, TcpState expected)
    {
        _tcp.Forward(Client, Server, flags);
        Assert.That(_tcp.State, Is.EqualTo(expected));
    }

    [TestCase(TcpFlags.None)]
    [TestCase(Fin)]
    [TestCase(Syn | Fin)]
    [TestCase(Syn | Rst)]
    [TestCase(Fin | Rst | Ack)]
    [TestCase(Syn | Fin | Ack)]
    public void DropsFlagsThatNobodySends(TcpFlags flags)
    {
        _tcp.Establish();
        Assert.That(_tcp.Forward(Client + 1, Server + 1, flags), Is.EqualTo(TcpVerdict.Invalid));
        Assert.That(_tcp.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void GoesOnWhereSequenceNumbersWrap()
    {
        uint client = uint.MaxValue - 50;
        _tcp.Forward(client, 0, Syn);
        _tcp.Reverse(Server, client + 1, Syn | Ack);
        _tcp.Forward(client + 1, Server + 1, Ack, length: 1000);
        _tcp.Reverse(Server + 1, client + 1001, Ack);

        Assert.That(_tcp.Forward(client + 1001, Server + 1, Ack, length: 10), Is.EqualTo(TcpVerdict.Accepted));
        Assert.That(_tcp.Forward(client + 500, 0, Rst), Is.EqualTo(TcpVerdict.Invalid));
        Assert.That(_tcp.Forward(client + 1011, 0, Rst), Is.EqualTo(TcpVerdict.Accepted));
    }

    [Test]
    public void LeavesDeniedFlowsDenied()
    {
        using var table = new FlowTable(10, new FlowSeed(1, 2), new FlowTimeouts(), 0);
        uint entry = Keys.Insert(table, 1, FlowClass.Denied);
        table.Track(entry, new TcpSegment(Client, Server, 0, 100, Ack), 1);

        Assert.That(table.State(entry).Class, Is.EqualTo(FlowClass.Denied));
    }

    /// <summary>A connection through a table: what its two sides send.</summary>
    private sealed class Conversation : IDisposable
    {
        private readonly FlowTable _table = new(10, new FlowSeed(1, 2), new FlowTimeouts(), 0);
        private readonly uint _entry;

        public Conversation() => _entry = Keys.Insert(_table, 1);

        public TcpState State => _table.State(_entry).TcpState;

        public FlowClass Class => _table.State(_entry).Class;

        public TcpVerdict Forward(uint sequence, uint acknowledgement, TcpFlags flags, int length = 0, byte scale = TcpSegment.NoScale) =>
            _table.Track(_entry, new TcpSegment(sequence, acknowledgement, length, ushort.MaxValue, flags, scale), 1);

        public TcpVerdict Reverse(uint sequence, uint acknowledgement, TcpFlags flags, int length = 0, byte scale = TcpSegment.NoScale) =>
            _table.Track(FlowTable.Peer(_entry), new TcpSegment(sequence, acknowledgement, length, ushort.MaxValue, flags, scale), 1);

        public void Establish()
        {
            Forward(Client, 0, Syn);
            Reverse(Server, Client + 1, Syn | Ack);
            Forward(Client + 1, Server + 1, Ack);
            Assert.That(State, Is.EqualTo(TcpState.Established));
        }

        public void Dispose() => _table.Dispose();
    }
}

using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class FlowAgeingTests
{
    private static readonly FlowTimeouts s_timeouts = new();

    private static IEnumerable<FlowClass> Ageing => Enum.GetValues<FlowClass>().Where(kind => kind is not (FlowClass.None or FlowClass.Pinned));

    private static FlowTable Create(int capacity = 5000) => new(capacity, new FlowSeed(3, 4), s_timeouts, now: 1_000);

    /// <summary>A thousandth of it, and the millisecond that divisions take.</summary>
    private static long Latest(FlowClass kind) => s_timeouts.Milliseconds(kind) + s_timeouts.Milliseconds(kind) / 1000 + 2;

    [TestCaseSource(nameof(Ageing))]
    public void EndsAFlowWhenItsTimeIsOver(FlowClass kind)
    {
        using FlowTable table = Create();
        const long start = 12_345;
        uint entry = Keys.Insert(table, 1, kind, start);

        Assert.That(Due(table, start + s_timeouts.Milliseconds(kind) - 1), Is.Empty);
        Assert.That(Due(table, start + Latest(kind)), Is.EqualTo([entry]));
        Assert.That(Due(table, start + 2 * Latest(kind)), Is.Empty, "it is said once");
    }

    [TestCaseSource(nameof(Ageing))]
    public void CountsTheTimeFromTheLastPacketWhereUseProlongsIt(FlowClass kind)
    {
        using FlowTable table = Create();
        uint entry = Keys.Insert(table, 1, kind, 1_000);
        int timeout = s_timeouts.Milliseconds(kind);
        table.Note(entry, 60, 1_000 + timeout / 2);

        long from = kind is FlowClass.Denied or FlowClass.Closed ? 1_000 : 1_000 + timeout / 2;
        Assert.That(Due(table, from + timeout - 1), Is.Empty);
        Assert.That(Due(table, from + Latest(kind)), Is.EqualTo([entry]));
    }

    [Test]
    public void NeverEndsAPinnedFlow()
    {
        using FlowTable table = Create();
        Keys.Insert(table, 1, FlowClass.Pinned, 1_000);

        Assert.That(Due(table, 1_000_000_000), Is.Empty);
        Assert.That(table.FindVictim(1_000_000_000), Is.Zero);
    }

    [TestCaseSource(nameof(Ageing))]
    public void IsNotLateAfterAPause(FlowClass kind)
    {
        using FlowTable table = Create();
        int timeout = s_timeouts.Milliseconds(kind);
        Keys.Insert(table, 1, kind, 1_000);
        long late = 1_000 + 10L * timeout;
        uint used = Keys.Insert(table, 2, kind, late - timeout / 3);

        Assert.That(Due(table, late), Has.Count.EqualTo(1).And.None.EqualTo(used));
        Assert.That(Due(table, late - timeout / 3 + timeout - 1), Is.Empty);
        Assert.That(Due(table, late - timeout / 3 + Latest(kind)), Is.EqualTo([used]));
    }

    [Test]
    public void IsNotHeldUpByFlowsThatWereUsedDuringAPause()
    {
        const int turn = 1024 * 121;            // of the wheel whose flows live 120 s: the two come back to the slot they are in
        using FlowTable table = Create();
        uint[] used = [Keys.Insert(table, 1, FlowClass.UdpNew, 1_000), Keys.Insert(table, 2, FlowClass.UdpNew, 1_000)];
        uint over = Keys.Insert(table, 3, FlowClass.UdpNew, 2_000);
        table.Note(used[0], 60, 1_000 + turn);
        table.Note(used[1], 60, 1_000 + turn);

        Assert.That(Due(table, 2_000 + turn), Is.EqualTo([over]));
    }

    [Test]
    public void TakesNoMoreAtOnceThanItIsAsked()
    {
        using FlowTable table = Create();

        for (int number = 0; number < 1000; number++)
        {
            Keys.Insert(table, number, FlowClass.Denied, 1_000);
        }

        uint[] room = new uint[16];
        Assert.That(table.TakeDue(10_000, room), Is.EqualTo(16));
        Assert.That(Due(table, 10_000), Has.Count.EqualTo(1000 - 16));
    }

    [Test]
    public void SurvivesAClockThatPassesThirtyTwoBits()
    {
        const long wrap = 1L << 32;
        using var table = new FlowTable(10, new FlowSeed(3, 4), s_timeouts, wrap - 50_000);
        uint entry = Keys.Insert(table, 1, FlowClass.UdpNew, wrap - 10_000);
        table.Note(entry, 60, wrap + 5);

        Assert.That(Due(table, wrap + 5 + s_timeouts.Milliseconds(FlowClass.UdpNew) - 1), Is.Empty);
        Assert.That(Due(table, wrap + 5 + Latest(FlowClass.UdpNew)), Is.EqualTo([entry]));
    }

    [Test]
    public void FollowsShorterTimeoutsWithinATurnOfThem()
    {
        using FlowTable table = Create();
        uint entry = Keys.Insert(table, 1, FlowClass.TcpEstablished, 1_000);
        table.SetTimeouts(s_timeouts with { TcpEstablished = TimeSpan.FromSeconds(10) }, 2_000);

        Assert.That(Walk(table, 2_000, 10_999, 10), Is.Empty);
        Assert.That(Walk(table, 10_999, 13_000, 10), Is.EqualTo([entry]));
    }

    [Test]
    public void FollowsLongerTimeoutsAtOnce()
    {
        using FlowTable table = Create();
        uint entry = Keys.Insert(table, 1, FlowClass.UdpNew, 1_000);
        table.SetTimeouts(s_timeouts with { Udp = TimeSpan.FromSeconds(600) }, 2_000);

        Assert.That(Walk(table, 2_000, 600_999, 1000), Is.Empty);
        Assert.That(Walk(table, 601_000, 603_000, 100), Is.EqualTo([entry]));
    }

    [Test]
    public void AgreesWithAListOfDeadlines()
    {
        Arbitrary<(int Kind, int Number, int Wait)[]> steps =
            (from kind in Gen.Choose((int)FlowClass.Denied, (int)FlowClass.Other) from number in Gen.Choose(0, 40) from wait in Gen.Choose(0, 3000) select (kind, number, wait))
            .ArrayOf().ToArbitrary();
        Prop.ForAll(steps, AgreesWithAListOfDeadlines).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(300));
    }

    private static void AgreesWithAListOfDeadlines((int Kind, int Number, int Wait)[] steps)
    {
        using FlowTable table = Create();
        var from = new Dictionary<uint, long>();
        long now = 1_000;

        foreach ((int kind, int number, int wait) in steps)
        {
            now += wait;
            uint entry = table.Find(Keys.Inserted(number));

            if (entry == 0)
            {
                from[Keys.Insert(table, number, (FlowClass)kind, now)] = now;
            }
            else
            {
                table.Note(entry, 60, now);
                from[entry] = table.State(entry).Class.LivesByUse() ? now : from[entry];
            }

            foreach (uint due in Due(table, now))
            {
                Assert.That(now - from[due], Is.GreaterThanOrEqualTo(s_timeouts.Milliseconds(table.State(due).Class)), "never early");
                from.Remove(due);
                table.Remove(due);
            }

            foreach ((uint alive, long since) in from)
            {
                Assert.That(now - since, Is.LessThan(Latest(table.State(alive).Class)), "never late");
            }
        }
    }

    private static List<uint> Walk(FlowTable table, long from, long to, long step)
    {
        var due = new List<uint>();

        for (long now = from; now <= to; now += step)
        {
            due.AddRange(Due(table, now));
        }

        return due;
    }

    private static List<uint> Due(FlowTable table, long now)
    {
        uint[] room = new uint[256];
        var due = new List<uint>();

        // Flows that only move to another slot use up room too.
        for (int round = 0; round < 40; round++)
        {
            due.AddRange(room[..table.TakeDue(now, room)]);
        }

        return due;
    }
}

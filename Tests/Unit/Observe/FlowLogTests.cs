using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Observe;

/// <summary>What a worker notes of flows until the control side takes it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FlowLogTests : IDisposable
{
    private readonly FlowTable _table = new(16, new FlowSeed(1, 2), new FlowTimeouts(), now: 0);

    [Test]
    public void HoldsTheFlowAsItWasWhenItEnded()
    {
        using FlowLog log = Create();
        uint entry = Insert(1, now: 5);
        log.Started(_table, entry, 5);
        _table.Note(entry, 100, 5);
        _table.Note(FlowTable.Peer(entry), 60, 70);
        log.Ended(_table, entry, FlowEndReason.TimedOut, 90);
        _table.Remove(entry);
        Insert(2, now: 95);

        FlowLogEvent[] events = Take(log, 9);

        Assert.That(events.Select(item => (item.Time, item.EndReason)), Is.EqualTo(new[] { (5L, FlowEndReason.None), (90L, FlowEndReason.TimedOut) }));
        Assert.That(events.Select(item => Counted(item.Flow)), Is.EqualTo(new[] { "0/0 0/0", "1/100 1/60" }));
        Assert.That(events.Select(item => item.Flow.Forward.Key), Is.All.EqualTo(Key(1)));
        Assert.That(events.Select(item => item.Flow.Reverse.Key), Is.All.EqualTo(Key(1).Reverse()));
        Assert.That((events[1].Flow.Origin.Started, events[1].Flow.LastSeen(events[1].Time)), Is.EqualTo((5, 70)));
    }

    [Test]
    public void NotesNothingWhileItIsOff()
    {
        using var log = new FlowLog(4);

        log.Started(_table, Insert(1), 0);
        log.Ended(_table, 2, FlowEndReason.Deleted, 0);

        Assert.That(Take(log, 9), Is.Empty);
    }

    [Test]
    public void LosesWhatComesWhenItIsFullAndCountsIt()
    {
        using FlowLog log = Create(4);
        uint entry = Insert(1);

        for (int time = 0; time < 7; time++)
        {
            log.Started(_table, entry, time);
        }

        Assert.That(Take(log, 9).Select(item => item.Time), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(log.TakeLost(), Is.EqualTo(3));
        Assert.That(log.TakeLost(), Is.Zero);
    }

    [Test]
    public void GoesRoundInOrder()
    {
        using FlowLog log = Create(5);
        uint entry = Insert(1);
        var taken = new List<long>();

        for (int time = 0; time < 40; time += 2)
        {
            log.Started(_table, entry, time);
            log.Started(_table, entry, time + 1);
            taken.AddRange(Take(log, time % 3 + 1).Select(item => item.Time));
        }

        taken.AddRange(Take(log, 9).Select(item => item.Time));
        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, 40)));
        Assert.That(log.TakeLost(), Is.Zero);
    }

    [Test]
    public void AllocatesNothing()
    {
        using FlowLog log = Create(1024);
        uint entry = Insert(1);
        log.Started(_table, entry, 0);

        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                log.Started(_table, entry, i);
                log.Ended(_table, entry, FlowEndReason.Closed, i);
            }
        });

        Assert.That(allocated, Is.Zero);
    }

    public void Dispose() => _table.Dispose();

    private static FlowLog Create(int capacity = 8) => new(capacity) { IsOn = true };

    private static FlowKey Key(int number) => FlowKey.OfIpv4(3, 1, 0x0A00_0000 + (uint)number, 0x0A00_0001, IpProtocol.Udp, 0x1000_0035);

    private static FlowLogEvent[] Take(FlowLog log, int most)
    {
        var events = new FlowLogEvent[most];
        return events[..log.Take(events)];
    }

    private static string Counted(FlowSnapshot flow)
    {
        FlowState state = flow.State;
        return $"{Of(FlowState.CountOf(ref state, 0))} {Of(FlowState.CountOf(ref state, 1))}";

        static string Of(FlowCount count) => $"{count.Packets}/{count.Bytes}";
    }

    private uint Insert(int number, long now = 0) => _table.Insert(Key(number), Key(number).Reverse(), FlowClass.UdpNew, now);
}

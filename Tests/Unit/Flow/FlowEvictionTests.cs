using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class FlowEvictionTests
{
    private const int Number = 50;

    private static FlowTable Create(int capacity = Number) => new(capacity, new FlowSeed(5, 6), new FlowTimeouts(), now: 0);

    [Test]
    public void TakesDeniedThenClosedThenHalfOpenOnesAndNoOthers()
    {
        FlowClass[] kinds =
            [FlowClass.TcpEstablished, FlowClass.OtherNew, FlowClass.Closed, FlowClass.Udp, FlowClass.Denied, FlowClass.Icmp, FlowClass.TcpNew, FlowClass.Other, FlowClass.Pinned];
        using FlowTable table = Create();

        for (int i = 0; i < kinds.Length; i++)
        {
            Keys.Insert(table, i, kinds[i], i * 1000);
        }

        Assert.That(Evict(table, 9_000), Is.EqualTo([FlowClass.Denied, FlowClass.Closed, FlowClass.OtherNew, FlowClass.TcpNew]));
        Assert.That(table.Count, Is.EqualTo(5));
    }

    [Test]
    public void TakesTheHalfOpenOneThatWasNotUsedForLongest()
    {
        using FlowTable table = Create();
        uint[] entries = [.. Enumerable.Range(0, 10).Select(n => Keys.Insert(table, n, n % 2 == 0 ? FlowClass.UdpNew : FlowClass.TcpNew, n * 1000))];
        table.Note(entries[0], 60, 20_000);
        table.Note(entries[1], 60, 15_000);

        Assert.That(Victims(table, 21_000), Is.EqualTo([.. entries[2..], entries[1], entries[0]]));
    }

    [Test]
    public void LeavesRoomForNewFlowsUnderAFloodOfHalfOpenOnes()
    {
        using FlowTable table = Create();
        uint[] established = [.. Enumerable.Range(0, 20).Select(n => Keys.Insert(table, n, FlowClass.TcpEstablished))];

        for (int number = 20; number < 5_000; number++)
        {
            if (table.Count == table.Capacity)
            {
                table.Remove(table.FindVictim(number));
            }

            Assert.That(Keys.Insert(table, number, FlowClass.TcpNew, number), Is.Not.Zero);
        }

        Assert.That(established.Select((entry, number) => table.Find(Keys.Inserted(number)) == entry), Has.All.True);
    }

    [Test]
    public void FindsNoneAmongEstablishedOnes()
    {
        using FlowTable table = Create();

        for (int number = 0; number < Number; number++)
        {
            Keys.Insert(table, number, FlowClass.TcpEstablished);
        }

        Assert.That((Keys.Insert(table, Number), table.FindVictim(10)), Is.EqualTo((0, 0)));
    }

    [Test]
    public void FindsOneThoughAllAreInUse()
    {
        using FlowTable table = Create();
        uint[] entries = [.. Enumerable.Range(0, Number).Select(number => Keys.Insert(table, number, FlowClass.UdpNew, 0))];

        foreach (uint entry in entries)
        {
            table.Note(entry, 60, 1_000);
        }

        Assert.That(Victims(table, 1_000), Is.EquivalentTo(entries));
    }

    // No more than are moved in one search: beyond that it is the least recently used of those looked at.
    [Test]
    public void KeepsTheUsedOnesWhateverTheOrder() => Prop.ForAll(Gen.Choose(0, 29).ArrayOf().ToArbitrary(), used =>
    {
        using FlowTable table = Create();
        var entries = new uint[Number];
        long now = 0;

        for (int number = 0; number < Number; number++)
        {
            entries[number] = Keys.Insert(table, number, FlowClass.IcmpNew, now += 100);
        }

        foreach (int number in used)
        {
            table.Note(entries[number], 60, now += 100);
        }

        uint[] byUse = [.. entries.OrderBy(entry => table.State(entry).LastSeen)];
        Assert.That(Victims(table, now), Is.EqualTo(byUse));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private static List<FlowClass> Evict(FlowTable table, long now)
    {
        var kinds = new List<FlowClass>();

        for (uint victim = table.FindVictim(now); victim != 0; victim = table.FindVictim(now))
        {
            kinds.Add(table.State(victim).Class);
            table.Remove(victim);
        }

        return kinds;
    }

    private static List<uint> Victims(FlowTable table, long now)
    {
        var victims = new List<uint>();

        for (uint victim = table.FindVictim(now); victim != 0; victim = table.FindVictim(now))
        {
            victims.Add(victim);
            table.Remove(victim);
        }

        return victims;
    }
}

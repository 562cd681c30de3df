using System.Runtime.CompilerServices;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class FlowTableTests
{
    private const int Many = 100_000;

    private static readonly FlowSeed s_seed = new(1, 2);

    private static FlowTable Create(int capacity) => new(capacity, s_seed, new FlowTimeouts(), now: 0);

    [Test]
    public void FindsBothDirectionsAsAPair()
    {
        using FlowTable table = Create(10);
        FlowKey key = Keys.Of(1), reverse = key.Reverse(0, 9);

        uint entry = table.Insert(key, reverse, FlowClass.TcpNew, 0);

        Assert.That((table.Find(key), table.Find(reverse)), Is.EqualTo((entry, FlowTable.Peer(entry))));
        Assert.That((table.Entry(entry).Key, table.Entry(FlowTable.Peer(entry)).Key), Is.EqualTo((key, reverse)));
        Assert.That(FlowTable.Forward(FlowTable.Peer(entry)), Is.EqualTo(entry));
    }

    [Test]
    public void KeepsWhatIsWrittenIntoAnEntryApart()
    {
        using FlowTable table = Create(10);
        uint entry = Keys.Insert(table, 1);
        table.Entry(entry).Label = 0xFF_FFFF;
        table.Entry(entry).Traits = FlowTraits.SourceTranslated | FlowTraits.Bridged;
        table.Entry(entry).Label = 48;

        Assert.That((table.Entry(entry).Label, table.Entry(entry).Traits), Is.EqualTo((48, FlowTraits.SourceTranslated | FlowTraits.Bridged)));
        Assert.That((table.Entry(entry + 1).Label, table.Entry(entry + 1).Traits), Is.EqualTo((0, FlowTraits.None)));
    }

    [Test]
    public void CountsEachDirectionByItself()
    {
        using FlowTable table = Create(10);
        uint entry = Keys.Insert(table, 1, FlowClass.UdpNew);

        table.Note(entry, 100, 5);
        table.Note(entry, 50, 6);
        table.Note(FlowTable.Peer(entry), 7, 9);

        ref FlowState state = ref table.State(entry);
        Assert.That((FlowState.CountOf(ref state, entry).Packets, FlowState.CountOf(ref state, entry).Bytes), Is.EqualTo((2, 150)));
        Assert.That((FlowState.CountOf(ref state, entry + 1).Packets, FlowState.CountOf(ref state, entry + 1).Bytes), Is.EqualTo((1, 7)));
        Assert.That(state.LastSeen, Is.EqualTo(9));
    }

    [Test]
    public void IsHalfOpenUntilSomethingComesBack()
    {
        using FlowTable table = Create(10);
        uint entry = Keys.Insert(table, 1, FlowClass.UdpNew);

        table.Note(entry, 100, 1);
        Assert.That(table.State(entry).Class, Is.EqualTo(FlowClass.UdpNew));

        table.Note(FlowTable.Peer(entry), 100, 2);
        Assert.That(table.State(entry).Class, Is.EqualTo(FlowClass.Udp));
    }

    [Test]
    public void RefusesAKeyThatIsTaken()
    {
        using FlowTable table = Create(10);
        FlowKey key = Keys.Of(1);
        Keys.Insert(table, 1);

        Assert.That(table.Insert(key, Keys.Of(2), FlowClass.TcpNew, 0), Is.Zero, "its own");
        Assert.That(table.Insert(Keys.Of(2), key.Reverse(), FlowClass.TcpNew, 0), Is.Zero, "its reverse");
        Assert.That((table.Count, table.Find(Keys.Of(2))), Is.EqualTo((1, 0)));
    }

    [Test]
    public void HasOneDirectionWhereBothKeysAreTheSame()
    {
        using FlowTable table = Create(10);
        FlowKey key = FlowKey.OfIpv4(1, 1, 5, 5, IpProtocol.Udp, 0x0007_0007);
        uint entry = table.Insert(key, key.Reverse(), FlowClass.UdpNew, 0);

        Assert.That(table.Find(key), Is.EqualTo(entry));
        table.Remove(entry);
        Assert.That(table.Find(key), Is.Zero);
        Assert.That(table.Insert(key, key, FlowClass.UdpNew, 0), Is.Not.Zero);
    }

    [Test]
    public void ForgetsWhatIsRemoved()
    {
        using FlowTable table = Create(10);
        uint entry = Keys.Insert(table, 1);
        table.Entry(entry).NextHop = 5;
        table.Remove(FlowTable.Peer(entry));
        table.Remove(entry);

        Assert.That((table.Count, table.Find(Keys.Inserted(1)), table.Find(Keys.Inserted(1).Reverse())), Is.EqualTo((0, 0, 0)));
        Assert.That(table.Entry(Keys.Insert(table, 2)).NextHop, Is.Zero, "a new flow begins clean");
    }

    [Test]
    public void HoldsAsManyAsItMayAndNoMore()
    {
        using FlowTable table = Create(1000);

        Assert.That(Enumerable.Range(0, 1000).Select(n => Keys.Insert(table, n)), Has.None.Zero);
        Assert.That(Keys.Insert(table, 1000), Is.Zero);

        table.Remove(table.Find(Keys.Inserted(500)));
        Assert.That(Keys.Insert(table, 1000), Is.Not.Zero);
    }

    [Test]
    public void FindsManyOneByOneAndInBatches()
    {
        using FlowTable table = Create(Many);

        for (int number = 0; number < Many; number++)
        {
            Assert.That(Keys.Insert(table, number), Is.Not.Zero);
        }

        // Every other key has no flow.
        FlowKey[] keys = [.. Enumerable.Range(0, 2 * Many).Select(n => n % 2 == 0 ? Keys.Inserted(n / 2) : Keys.Inserted(Many + n))];
        uint[] entries = new uint[FlowTable.MostKeys];

        for (int start = 0; start + entries.Length <= keys.Length; start += entries.Length)
        {
            table.Lookup(keys.AsSpan(start, entries.Length), entries);

            for (int i = 0; i < entries.Length; i++)
            {
                uint expected = table.Find(keys[start + i]);
                Assert.That(entries[i], Is.EqualTo(expected));
                Assert.That(expected != 0, Is.EqualTo((start + i) % 2 == 0));
            }
        }
    }

    [Test]
    public void StoresKeysThatAnAttackerChoseForAnUnkeyedHash()
    {
        using FlowTable table = Create(20_000);
        FlowKey[] keys = [.. Enumerable.Range(0, 20_000).Select(n => FlowKey.OfIpv4(1, 1, (uint)n << 16, 0, IpProtocol.Udp, 0))];

        Assert.That(keys.Select(key => table.Insert(key, key.Reverse(), FlowClass.UdpNew, 0)), Has.None.Zero);
        Assert.That(keys.Select(key => table.Find(key)), Has.None.Zero);
    }

    [Test]
    public void GrowsByAFewLinesAFlow()
    {
        using FlowTable table = Create(Many);
        long used = table.BytesUsed;

        for (int number = 0; number < Many; number++)
        {
            Keys.Insert(table, number);

            // The pair, and for each direction two buckets split in two.
            Assert.That(table.BytesUsed - used, Is.LessThanOrEqualTo(256 + 2 * 2 * 64));
            used = table.BytesUsed;
        }
    }

    [Test]
    public void TakesLessThan384BytesAPair([Values(20_000, 50_000, 100_000)] int pairs)
    {
        using FlowTable table = Create(1_000_000);
        Fill(table, pairs);

        Assert.That(table.BytesUsed / (double)pairs, Is.LessThan(384));
        Assert.That((Unsafe.SizeOf<FlowEntry>(), Unsafe.SizeOf<FlowState>(), Unsafe.SizeOf<FlowOrigin>()), Is.EqualTo((64, 64, 64)), "a cache line each");
    }

    [Test]
    public void UsesMemoryAgain()
    {
        using FlowTable table = Create(Many);
        Fill(table, 1000);
        long used = table.BytesUsed;

        for (int round = 1; round < 20; round++)
        {
            for (int number = 0; number < 1000; number++)
            {
                table.Remove(table.Find(Keys.Inserted((round - 1) * 1000 + number)));
                Assert.That(Keys.Insert(table, round * 1000 + number), Is.Not.Zero);
            }
        }

        Assert.That(table.BytesUsed, Is.EqualTo(used));
    }

    [Test]
    public void AllocatesNothing()
    {
        using FlowTable table = Create(10_000);
        FlowKey[] keys = [.. Enumerable.Range(0, 256).Select(Keys.Inserted)];
        uint[] entries = new uint[256];

        Assert.That(Allocations.Of(() => Live(table, keys, entries)), Is.Zero);
    }

    [Test]
    public void RefusesMoreKeysWithTheSameTwoBucketsThanTheseHoldAndNoOthers()
    {
        // What nobody can do from outside: the seed is known here, and the index small.
        var seed = new FlowSeed(3, 4);
        var hasher = new FlowHasher(seed);
        using var table = new FlowTable(30, seed, new FlowTimeouts(), now: 0);
        using var other = new FlowTable(30, new FlowSeed(5, 6), new FlowTimeouts(), now: 0);
        FlowKey[] keys = [.. Enumerable.Range(0, 200_000).Select(number => Keys.Of(number)).Where(key => (hasher.Hash(key) & 15) == 7)];

        FlowKey[] taken = [.. keys.Take(4000).Where(key => table.Insert(key, key, FlowClass.UdpNew, 0) != 0).Take(30)];

        Assert.That(taken, Has.Length.EqualTo(30), "the other bucket of each is another one");
        Assert.That(taken.All(key => table.Find(key) != 0));
        Assert.That(keys.Take(30).All(key => other.Insert(key, key, FlowClass.UdpNew, 0) != 0), "under another seed they share nothing");
    }

    [Test]
    public void ListsEveryFlowOnceInBoundedSteps()
    {
        using FlowTable table = Create(1000);
        Fill(table, 500);
        table.Remove(table.Find(Keys.Inserted(77)));
        var listed = new List<uint>();
        uint[] room = new uint[64];
        uint cursor = 0;

        do
        {
            listed.AddRange(room[..table.List(ref cursor, room)]);
        }
        while (cursor != 0);

        Assert.That(listed, Is.Unique);
        Assert.That(listed.Select(entry => table.Entry(entry).Key),
            Is.EquivalentTo(Enumerable.Range(0, 500).Where(n => n != 77).Select(Keys.Inserted)));
    }

    [Test]
    public void IsUnharmedByMemoryTakenAhead()
    {
        using FlowTable table = Create(Many);
        using var stop = new CancellationTokenSource();
        var ahead = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                table.TouchAhead();
            }
        });

        ahead.Start();
        Fill(table, Many);
        stop.Cancel();
        ahead.Join();

        Assert.That(Enumerable.Range(0, Many).All(n => table.Find(Keys.Inserted(n)) != 0));
        Assert.That(table.TouchAhead() && table.TouchAhead(), Is.False, "at most once more");
    }

    private static void Fill(FlowTable table, int pairs)
    {
        for (int number = 0; number < pairs; number++)
        {
            Keys.Insert(table, number);
        }
    }

    private static void Live(FlowTable table, FlowKey[] keys, uint[] entries)
    {
        foreach (FlowKey key in keys)
        {
            table.Note(table.Insert(key, key.Reverse(), FlowClass.UdpNew, 0), 60, 1);
        }

        table.Lookup(keys, entries);
        table.Remove(table.FindVictim(2));

        for (int due = 1; due > 0;)
        {
            due = table.TakeDue(1_000_000, entries);

            foreach (uint entry in entries.AsSpan(0, due))
            {
                table.Remove(entry);
            }
        }
    }
}
